using System.ComponentModel;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>The calls for writing issues. Decisions about sending are in <see cref="SendingEndpoints"/>.</summary>
internal static class IssueEndpoints
{
    public static void MapIssues(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapApi("Issues").ProducesProblem(StatusCodes.Status404NotFound);
        reading.MapGet("/newsletters/{slug}/issues", ListAsync).Validate<Paging>()
            .WithSummary("A newsletter's issues, the newest first, without their bodies.");
        reading.MapGet("/issues/{id:int}", ReadAsync).WithName("ReadIssue").WithSummary("An issue; its ETag is its revision.");
        reading.MapPreviews();

        var writing = routes.MapApi("Issues", Policies.Write).ProducesProblem(StatusCodes.Status404NotFound);
        writing.MapPost("/newsletters/{slug}/issues", CreateAsync).Validate<IssueRequest>().OncePerKey().WithSummary("Begin an issue.");
        writing.MapPut("/issues/{id:int}", SaveAsync).Validate<IssueRequest>(IssueRequestValidator.Save)
            .WithSummary("Save an issue's whole text.")
            .WithDescription("If-Match, or else the body's revision, says which revision the change is based on; a stale save gets 412. "
                + "Control characters and noncharacters are dropped; "
                + $"{StorableTexts.DroppedHeader} then names the fields.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        writing.MapDelete("/issues/{id:int}", DeleteAsync).WithSummary("Throw a draft away.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        writing.MapPhotos();
        writing.MapTest();
        writing.MapSending();
        reading.MapCorrections(writing);
    }

    private static async Task<Results<Ok<Page<IssueResponse>>, ProblemHttpResult>> ListAsync(
        string slug, [AsParameters] Paging paging, NewsletterDirectory newsletters, IssueList issues, CancellationToken cancel,
        [Description("Only those in this state, such as draft.")] string? state = null)
    {
        if (await newsletters.FindAsync(slug, cancel) is not { } newsletter)
            return Problems.NotFound("There is no newsletter with this name.");
        var wanted = Words.Read<IssueState>(state);
        if (state is not null && wanted is null)
            return Problems.Invalid("state", $"Use one of {Words.All<IssueState>()}.");
        var rows = await issues.LatestAsync(newsletter.Id, wanted, paging.AfterId, paging.Take + 1, cancel);
        return TypedResults.Ok(Page.Of(rows, paging.Take, row => IssueResponse.Of(row.Issue, newsletter, row.Slot) with { Body = null },
            row => row.Issue.Id));
    }

    private static async Task<Results<Ok<IssueResponse>, ProblemHttpResult>> ReadAsync(
        int id, SavedIssues issues, IssueAnswers answers, HttpContext http, CancellationToken cancel) =>
        await answers.OfAsync(
            await issues.FindAsync(id, cancel) is { } issue ? new IssueOutcome.Done(issue) : new IssueOutcome.Unknown(), http, cancel);

    private static async Task<Results<CreatedAtRoute<IssueResponse>, ProblemHttpResult>> CreateAsync(
        string slug, IssueRequest request, IssueDesk desk, IssueAnswers answers, ClaimsPrincipal caller, HttpContext http,
        CancellationToken cancel)
    {
        var outcome = await desk.CreateAsync(slug, request.Text, caller.Actor(), cancel);
        if (outcome is IssueOutcome.Unknown)
            return Problems.NotFound("There is no newsletter with this name.");
        if (outcome is not IssueOutcome.Done(var issue))
            return IssueAnswers.Refusal(outcome, http);
        http.SetRevision(issue.Revision);
        http.TellDropped(request.Text.Dropped());
        return TypedResults.CreatedAtRoute(await answers.ShowAsync(issue, cancel), "ReadIssue",
            new RouteValueDictionary { ["id"] = issue.Id });
    }

    private static async Task<Results<Ok<IssueResponse>, ProblemHttpResult>> SaveAsync(
        int id, IssueRequest request, IssueDesk desk, IssueAnswers answers, ClaimsPrincipal caller, HttpContext http,
        CancellationToken cancel)
    {
        var known = await desk.FindAsync(id, cancel);
        if (known is not null && http.Request.IsRuledOut($"{known.Revision}"))
            return Revisions.ItExists();
        var revision = http.Request.Headers.IfMatch.Count > 0 ? http.Request.ReadRevision(known?.Revision) : request.Revision;
        // Links may already lead to the slug's URL, so a save without a slug keeps it even if the subject changes.
        var text = known is not null
            ? request.Text with
            {
                Slug = request.Slug ?? known.Slug,
                Archived = request.Archived ?? known.Archived,
                Picture = request.Picture ?? known.Picture,
            }
            : request.Text;
        var outcome = await desk.EditAsync(id, text, revision, caller.Actor(), cancel);
        if (outcome is IssueOutcome.Done)
            http.TellDropped(text.Dropped());
        return await answers.OfAsync(outcome, http, cancel);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        int id, IssueDesk desk, ClaimsPrincipal caller, HttpContext http, CancellationToken cancel)
    {
        // This row is tracked, and its revision is compared again when it is deleted.
        var issue = await desk.FindAsync(id, cancel);
        if (issue is not null && http.Request.ReadRevision(issue.Revision) is { } revision && issue.Revision != revision)
            return Revisions.Stale(http, issue.Revision);
        return await desk.DeleteAsync(id, caller.Actor(), cancel) is var outcome and not IssueOutcome.Done
            ? IssueAnswers.Refusal(outcome, http) : TypedResults.NoContent();
    }
}
