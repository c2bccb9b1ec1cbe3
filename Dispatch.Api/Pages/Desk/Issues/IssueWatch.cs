using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>
/// Tells an open editor, which asks every few seconds, whether another person has saved, scheduled or sent the issue. The page shows a
/// banner and is never reloaded, because its text may not be saved yet.
/// </summary>
internal static class IssueWatch
{
    public static void MapIssueWatch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/desk/issues/{id:int}" + StaffPages.Watch, LookAsync).RequireAuthorization(Policies.Write).ExcludeFromDescription();

    private static async Task<Results<Ok<Seen>, NotFound>> LookAsync(
        int id, int revision, IssueState state, SavedIssues issues, NewsletterDirectory newsletters, StaffNames names, UndoTime undo,
        TimeProvider clock, CancellationToken cancel)
    {
        var issue = await issues.FindStateAsync(id, cancel);
        if (issue is null)
            return TypedResults.NotFound();
        if (issue.Locked(clock.GetUtcNow(), undo) is not null)
            return TypedResults.Ok(new Seen(issue.MayBeEdited
                ? "This issue is about to be sent. To change it, press Undo first."
                : $"This issue is {IssueWords.Of(issue.State)} already, so its text can’t be changed anymore."));
        if (issue.Revision != revision)
        {
            var by = (await issues.FindSaveAsync(id, issue.Revision, cancel))?.By ?? "";
            return TypedResults.Ok(new Seen(
                $"{(await names.OfAsync([by], cancel)).GetValueOrDefault(by, "Someone else")} saved this issue while you had it open."));
        }
        if (issue.State == state)
            return TypedResults.Ok(new Seen(null));
        var newsletter = await newsletters.GetAsync(issue.NewsletterId, cancel);
        return TypedResults.Ok(new Seen(issue.State switch
        {
            IssueState.Scheduled when issue.SendAt is { } at =>
                $"Someone scheduled this issue while you had it open: it goes out on {newsletter.OnDesk(at)}.",
            IssueState.Approved => "Someone approved this issue while you had it open. Any change withdraws the approval.",
            IssueState.Held => "This issue couldn’t go out on time and is held.",
            _ => "Someone turned this issue back into a draft while you had it open.",
        }));
    }

    /// <summary>The change since the page was opened, as a sentence, or null if there is none.</summary>
    internal sealed record Seen(string? Says);
}
