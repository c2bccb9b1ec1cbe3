using System.Globalization;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Suppressions;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Dispatch.Api.Suppressions;

/// <summary>The calls for suppressed addresses. Only keyed hashes are stored, so the list has reasons and dates but no addresses.</summary>
internal static class SuppressionEndpoints
{
    public static void MapSuppressions(this IEndpointRouteBuilder routes)
    {
        var suppressions = routes.MapApi("Suppressions", Policies.Operate);
        suppressions.MapGet("/suppressions", ListAsync).Validate<Paging>()
            .WithSummary("Why and since when addresses are not mailed, newest first.")
            .WithDescription("The addresses are stored as keyed hashes and can't be listed.");
        suppressions.MapPost("/suppressions/search", FindAsync).Validate<SuppressionRequest>()
            .WithSummary("Why and since when an address is not mailed: one, or none.");
        suppressions.MapPost("/suppressions", AddAsync).Validate<SuppressionRequest>().OncePerKey()
            .WithSummary("Never email an address again.")
            .WithDescription(
                "200 if it is already on the list: it keeps its reason, but erased becomes manual, which no sign-up of the reader's "
                    + "lifts.");
        suppressions.MapDelete("/suppressions", LiftAsync).Validate(withoutBody: new SuppressionRequest(null))
            .WithSummary("Take an address off the list.")
            .WithDescription("The address goes in the body: in a URL it would end up in the logs of every server on the way.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<Page<SuppressionResponse>>, ProblemHttpResult>> ListAsync(
        [AsParameters] Paging paging, HttpRequest asked, Suppressing suppressing, CancellationToken cancel)
    {
        if (InUrl(asked) is { } refusal)
            return refusal;
        var (at, skip) = paging.AfterInstant ?? (DateTimeOffset.MaxValue, 0);
        var rows = await suppressing.LatestAsync(at, skip, paging.Take + 1, cancel);
        return TypedResults.Ok(new Page<SuppressionResponse>([.. rows.Take(paging.Take).Select(SuppressionResponse.Of)],
            rows.Count > paging.Take ? Next(rows, paging.Take, at, skip) : null));
    }

    private static async Task<Ok<Page<SuppressionResponse>>> FindAsync(SuppressionRequest request, Suppressing suppressing,
        CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole(
            await suppressing.FindAsync(EmailAddress.Parse(request.Email), cancel) is { } one ? [SuppressionResponse.Of(one)]
                : Array.Empty<SuppressionResponse>()));

    // A caller that puts the address in the URL gets an error, and not the complete list.
    private static ProblemHttpResult? InUrl(HttpRequest asked) =>
        asked.Query.ContainsKey("email")
            ? Problems.Invalid(
                "email",
                "An address doesn't go into a URL, where it would be logged. Send it in the body: POST /api/v1/suppressions/search.")
            : null;

    // The rows have no id and their hashes are not disclosed. So the list continues from the last row's instant, plus the number of rows
    // with that instant already listed.
    private static string Next(List<Suppression> rows, int take, DateTimeOffset at, int skip)
    {
        var last = rows[take - 1].CreatedAt;
        var behind = rows.Take(take).Count(row => row.CreatedAt == last) + (last == at ? skip : 0);
        return string.Create(CultureInfo.InvariantCulture, $"{last.UtcTicks}.{behind}");
    }

    private static async Task<Results<Created<SuppressionResponse>, Ok<SuppressionResponse>>> AddAsync(
        SuppressionRequest request, Suppressing suppressing, ClaimsPrincipal caller, CancellationToken cancel)
    {
        var (suppression, isNew) = await suppressing.SuppressAsync(EmailAddress.Parse(request.Email), caller.Actor(), cancel);
        return isNew ? TypedResults.Created((string?)null, SuppressionResponse.Of(suppression))
            : TypedResults.Ok(SuppressionResponse.Of(suppression));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LiftAsync(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] SuppressionRequest? request, Suppressing suppressing,
        ClaimsPrincipal caller, CancellationToken cancel) =>
        await suppressing.LiftAsync(EmailAddress.Parse(request?.Email), caller.Actor(), cancel)
            ? TypedResults.NoContent() : Problems.NotFound("This address is not on the list.");
}

/// <summary>An address to suppress, or to allow again.</summary>
internal sealed record SuppressionRequest(string? Email);

internal sealed class SuppressionRequestValidator : AbstractValidator<SuppressionRequest>
{
    public SuppressionRequestValidator() => RuleFor(request => request.Email).IsAddress();
}

/// <summary>Why and since when an address is suppressed.</summary>
internal sealed record SuppressionResponse(SuppressionReason Reason, DateTimeOffset CreatedAt)
{
    public static SuppressionResponse Of(Suppression suppression) => new(suppression.Reason, suppression.CreatedAt);
}
