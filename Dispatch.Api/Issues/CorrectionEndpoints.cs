using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>The calls for corrections of issues that have gone out.</summary>
internal static class CorrectionEndpoints
{
    public static void MapCorrections(this IEndpointRouteBuilder reading, IEndpointRouteBuilder writing)
    {
        reading.MapGet("/issues/{id:int}/corrections", ListAsync).WithSummary("The corrections of an issue, oldest first.");
        writing.MapPost("/issues/{id:int}/corrections", AddAsync).OncePerKey()
            .WithSummary("Correct an issue that has gone out.")
            .WithDescription("The archive and the feeds show the correction with its time. Nobody is mailed.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        writing.MapDelete("/issues/{id:int}/corrections/{correction:int}", RemoveAsync).WithSummary("Take a correction away.");
    }

    private static async Task<Results<Ok<Page<CorrectionResponse>>, ProblemHttpResult>> ListAsync(
        int id, SavedIssues issues, Corrections corrections, CancellationToken cancel) =>
        await issues.ExistsAsync(id, cancel)
            ? TypedResults.Ok(Page.Whole((await corrections.OfAsync(id, cancel)).ConvertAll(CorrectionResponse.Of)))
            : IssueAnswers.Unknown;

    private static async Task<Results<Created<CorrectionResponse>, ProblemHttpResult>> AddAsync(
        int id, CorrectionRequest request, Corrections corrections, ClaimsPrincipal caller, CancellationToken cancel) =>
        await corrections.AddAsync(id, request.Text, caller.Actor(), cancel) switch
        {
            CorrectionOutcome.Done(var correction) => TypedResults.Created((string?)null, CorrectionResponse.Of(correction)),
            CorrectionOutcome.Refused refused => Problems.Conflict(refused.Why),
            CorrectionOutcome.Invalid(var fault) => Problems.Invalid([fault]),
            _ => IssueAnswers.Unknown,
        };

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        int id, int correction, Corrections corrections, ClaimsPrincipal caller, CancellationToken cancel) =>
        await corrections.RemoveAsync(id, correction, caller.Actor(), cancel)
            ? TypedResults.NoContent() : Problems.NotFound("There is no such issue, or it has no such correction.");
}

/// <summary>A correction of an issue.</summary>
/// <param name="Text">What was wrong and what is right, as plain text in the language of the issue, at most 2,000 characters.</param>
internal sealed record CorrectionRequest(string? Text);

/// <summary>A correction as the archive shows it.</summary>
internal sealed record CorrectionResponse(int Id, DateTimeOffset At, string Text)
{
    public static CorrectionResponse Of(Correction correction) => new(correction.Id, correction.At, correction.Text);
}
