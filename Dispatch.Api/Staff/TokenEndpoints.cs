using System.ComponentModel;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Staff;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Staff;

/// <summary>The calls to create, list and revoke API tokens. A token is shown once, when it is created.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapApi("Tokens", Policies.Administer);
        tokens.MapGet("/tokens", ListAsync)
            .WithSummary("All tokens, by name: when each was created and last used, and when it expires.");
        tokens.MapPost("/tokens", MakeAsync).Validate<TokenRequest>().OncePerKey().WithSummary("Make a token.")
            .WithDescription("The response contains the token, only once. Repeated under the same Idempotency-Key, it lacks the "
                + "token, which is not stored.");
        tokens.MapDelete("/tokens/{id:int}", RevokeAsync).WithSummary("Revoke a token, with immediate effect.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<TokenResponse>>> ListAsync(ApiTokens tokens, CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole<TokenResponse>([.. (await tokens.ListAsync(cancel)).Select(TokenResponse.Of)]));

    private static async Task<Results<Created<TokenMadeResponse>, ProblemHttpResult>> MakeAsync(
        TokenRequest request, ApiTokens tokens, ClaimsPrincipal caller, HttpContext http, CancellationToken cancel)
    {
        switch (await tokens.CreateAsync(request.Name!, request.Role!, request.ExpiresInDays, caller.Actor(), cancel))
        {
            case TokenOutcome.Made made:
                http.KeepInstead(TokenMadeResponse.Of(made.Kept, token: null));
                return TypedResults.Created((string?)null, TokenMadeResponse.Of(made.Kept, made.Token));
            case TokenOutcome.Refused refused:
                return Problems.Invalid(refused.Field, refused.Why);
            default:
                throw new InvalidOperationException("expected Made or Refused");
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        int id, ApiTokens tokens, ClaimsPrincipal caller, CancellationToken cancel) =>
        await tokens.RevokeAsync(id, caller.Actor(), cancel) ? TypedResults.NoContent()
            : Problems.NotFound("There is no token with this id.");
}

/// <summary>A token to create.</summary>
/// <param name="Name">The token's purpose, such as website. Unique.</param>
/// <param name="Role">One of correspondent, editor, ops, admin.</param>
/// <param name="ExpiresInDays">The days until the token expires: 1 to 3650, by default 365.</param>
internal sealed record TokenRequest(string? Name, string? Role, int? ExpiresInDays);

internal sealed class TokenRequestValidator : AbstractValidator<TokenRequest>
{
    public TokenRequestValidator()
    {
        RuleFor(request => request.Name).HasNoFault(ApiTokens.FaultOfName);
        RuleFor(request => request.Role).HasNoFault(ApiTokens.FaultOfRole);
        RuleFor(request => request.ExpiresInDays).HasNoFault(ApiTokens.FaultOfDays);
    }
}

/// <summary>A token's details, without the token itself.</summary>
internal sealed record TokenResponse(
    int Id, string Name, string Role, DateTimeOffset CreatedAt,
    [property: Description("To the minute. Null: never.")] DateTimeOffset? LastUsedAt,
    [property: Description("Null: it never expires.")] DateTimeOffset? ExpiresAt)
{
    public static TokenResponse Of(ApiToken token) => new(token.Id, token.Name, token.Role, token.CreatedAt, token.LastUsedAt,
        token.ExpiresAt);
}

/// <summary>A new token.</summary>
internal sealed record TokenMadeResponse(
    int Id, string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    [property: Description("Keep it: it is not shown again.")] string? Token)
{
    public static TokenMadeResponse Of(ApiToken kept, string? token) => new(kept.Id, kept.Name, kept.Role, kept.CreatedAt, kept.ExpiresAt,
        token);
}
