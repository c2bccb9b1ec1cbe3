using System.ComponentModel;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Staff;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Staff;

/// <summary>The calls for accounts and roles. Every change takes effect with the next request.</summary>
internal static class StaffEndpoints
{
    public static void MapStaff(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapApi("Staff", Policies.Administer);
        staff.MapGet("/staff", ListAsync).WithSummary("Who has an account, by address.");
        staff.MapPost("/staff", AddAsync).Validate<StaffRequest>().OncePerKey().WithSummary("Create an account.")
            .WithDescription("The response contains a link for setting a password, valid once and for a day. For an existing "
                + "account, this adds the roles and returns a fresh link. "
                + "Repeated under the same Idempotency-Key, the response lacks the link, which is not stored.");
        staff.MapPut("/staff/{id:int}", ChangeAsync).Validate<RolesRequest>().WithSummary("Change a person's roles.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        staff.MapDelete("/staff/{id:int}", RemoveAsync).WithSummary("Remove an account.")
            .WithDescription("Its sessions, and the tokens its owner made, end at once.").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        staff.MapDelete("/staff/{id:int}/sessions", SignOutAsync).WithSummary("Sign a person out of every browser.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<StaffResponse>>> ListAsync(Accounts accounts, CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole<StaffResponse>([.. (await accounts.ListAsync(cancel)).Select(StaffResponse.Of)]));

    private static async Task<Results<Created<StaffAddedResponse>, Ok<StaffAddedResponse>, ProblemHttpResult>> AddAsync(
        StaffRequest request, Accounts accounts, ClaimsPrincipal caller, HttpContext http, CancellationToken cancel)
    {
        var email = EmailAddress.Parse(request.Email).Normalized;
        var isKnown = await accounts.IdOfAsync(email) is not null;
        if (await accounts.AddAsync(email, [.. request.Roles!], caller.Actor(), cancel) is not AccountOutcome.Done done)
            return Problems.Invalid("email", "No account can be made with this address.");
        var member = (await accounts.ListAsync(cancel)).Single(one => one.Id == done.Id);
        http.KeepInstead(new StaffAddedResponse(member.Id, member.Email, member.Roles, PasswordLink: null));
        var answer = new StaffAddedResponse(member.Id, member.Email, member.Roles, done.Link);
        return isKnown ? TypedResults.Ok(answer) : TypedResults.Created((string?)null, answer);
    }

    private static async Task<Results<Ok<StaffResponse>, ProblemHttpResult>> ChangeAsync(
        int id, RolesRequest request, Accounts accounts, ClaimsPrincipal caller, CancellationToken cancel) =>
        Refusal(await accounts.SetRolesAsync(id, [.. request.Roles!], caller.Actor(), cancel)) is { } refusal
            ? refusal
            : TypedResults.Ok(StaffResponse.Of((await accounts.ListAsync(cancel)).Single(one => one.Id == id)));

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        int id, Accounts accounts, ClaimsPrincipal caller, CancellationToken cancel) =>
        Refusal(await accounts.RemoveAsync(id, caller.Actor(), cancel)) is { } refusal ? refusal : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> SignOutAsync(
        int id, Accounts accounts, ClaimsPrincipal caller, CancellationToken cancel) =>
        await accounts.SignOutAsync(id, caller.Actor(), cancel) is null ? NoSuch() : TypedResults.NoContent();

    private static ProblemHttpResult? Refusal(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Done => null,
        AccountOutcome.Refused refused => Problems.Conflict(refused.Why),
        _ => NoSuch(),
    };

    private static ProblemHttpResult NoSuch() => Problems.NotFound("There is no account with this id.");
}

/// <summary>A person who is to get an account.</summary>
/// <param name="Email">The address for signing in.</param>
/// <param name="Roles">One or more of correspondent, editor, ops, admin.</param>
internal sealed record StaffRequest(string? Email, IReadOnlyList<string>? Roles);

/// <summary>An account's new roles, which replace the previous ones.</summary>
/// <param name="Roles">One or more of correspondent, editor, ops, admin.</param>
internal sealed record RolesRequest(IReadOnlyList<string>? Roles);

internal sealed class StaffRequestValidator : AbstractValidator<StaffRequest>
{
    public StaffRequestValidator()
    {
        RuleFor(request => request.Email).IsAddress();
        RuleFor(request => request.Roles).Must(RolesRequestValidator.AreRoles).WithMessage(RolesRequestValidator.Expected);
    }
}

internal sealed class RolesRequestValidator : AbstractValidator<RolesRequest>
{
    public static readonly string Expected = $"Choose one or more of {StaffRoles.InWords}.";

    public RolesRequestValidator() => RuleFor(request => request.Roles).Must(AreRoles).WithMessage(Expected);

    public static bool AreRoles(IReadOnlyList<string>? roles) => roles is { Count: > 0 } && roles.All(StaffRoles.All.Contains);
}

/// <summary>A member of staff.</summary>
internal sealed record StaffResponse(
    int Id, string Email, IReadOnlyList<string> Roles,
    [property: Description("Null: never yet.")] DateTimeOffset? LastSignInAt,
    [property: Description("False until the person has set one.")] bool HasPassword,
    [property: Description("Browsers that are signed in.")] int Sessions,
    [property: Description("Tokens they made, which end with the account.")] int Tokens)
{
    public static StaffResponse Of(StaffView member) => new(member.Id, member.Email, member.Roles, member.LastSignInAt, member.HasPassword,
        member.Sessions, member.Tokens);
}

/// <summary>A new account, with the link for setting its password.</summary>
internal sealed record StaffAddedResponse(int Id, string Email, IReadOnlyList<string> Roles,
    [property: Description("Valid once, for a day.")] string? PasswordLink);
