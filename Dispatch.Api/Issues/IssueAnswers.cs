using Dispatch.Api.Http;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Issues;

/// <summary>Converts the outcome of a request about an issue to an HTTP response.</summary>
internal sealed class IssueAnswers(NewsletterDirectory newsletters, Slots slots)
{
    public static ProblemHttpResult Unknown => Problems.NotFound("There is no issue with this id.");

    public async Task<Results<Ok<IssueResponse>, ProblemHttpResult>> OfAsync(
        IssueOutcome outcome, HttpContext http, CancellationToken cancel)
    {
        if (outcome is not IssueOutcome.Done(var issue))
            return Refusal(outcome, http);
        http.SetRevision(issue.Revision);
        return TypedResults.Ok(await ShowAsync(issue, cancel));
    }

    public async Task<IssueResponse> ShowAsync(Issue issue, CancellationToken cancel)
    {
        var newsletter = await newsletters.GetAsync(issue.NewsletterId, cancel);
        var slot = await slots.OfIssueAsync(issue.Id, cancel);
        return IssueResponse.Of(issue, newsletter, slot);
    }

    public static ProblemHttpResult Refusal(IssueOutcome outcome, HttpContext http) => outcome switch
    {
        IssueOutcome.Unknown => Unknown,
        IssueOutcome.Refused refused => Problems.Conflict(refused.Why),
        IssueOutcome.Stale stale => Revisions.Stale(http, stale.Current.Revision),
        IssueOutcome.Invalid invalid => Problems.Invalid(invalid.Faults),
        IssueOutcome.Unsendable unsendable => TypedResults.Problem(new ProblemDetails
        {
            Status = StatusCodes.Status409Conflict,
            Title = Problems.NotNow,
            Detail = unsendable.Why,
            Extensions = { ["faults"] = unsendable.Faults }, // the same list as in preflight
        }),
        _ => throw new InvalidOperationException($"expected a refusal, got {outcome.GetType().Name}"),
    };
}
