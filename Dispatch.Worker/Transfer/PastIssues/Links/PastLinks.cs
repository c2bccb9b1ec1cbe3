using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Transfer.PastIssues.Links;

/// <summary>
/// Redirects links between past issues to their pages here, once all issues of an archive are stored, because an issue may link to any
/// other. A link to an issue that isn't public here is left alone.
/// </summary>
public sealed class PastLinks(DispatchDb db, PastIssueStore store, IOptions<SiteSettings> site)
{
    /// <summary>Changes the links in some issues.</summary>
    /// <param name="issues">The issues, each with its newsletter and whether it was stored earlier. Such an issue is changed only if it is
    /// published, because somebody may be editing a draft.</param>
    /// <param name="links">Which links lead to past issues.</param>
    /// <param name="cancel">Stops after the current issue.</param>
    /// <returns>The number of links that were changed.</returns>
    internal async Task<int> LeadAsync(
        IReadOnlyList<(int Id, Newsletter Newsletter, bool WasHere)> issues, OldLinks links, CancellationToken cancel)
    {
        var pages = await PagesAsync(cancel);
        var changed = 0;
        if (pages.Count > 0)
            foreach (var (id, newsletter, wasHere) in issues)
            {
                cancel.ThrowIfCancellationRequested();
                changed += await LeadAsync(id, newsletter, wasHere, links, pages, cancel);
            }
        return changed;
    }

    private async Task<int> LeadAsync(int id, Newsletter newsletter, bool wasHere, OldLinks links, Dictionary<string, string> pages,
        CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var issue = await db.Issues.SingleAsync(row => row.Id == id, cancel);
        if (wasHere && issue.FirstSentWith is null)
            return 0;
        var count = 0;
        var body = MarkdownBody.WithLinks(issue.Body, PageOf, site.Value.Url);
        if (count == 0)
            return 0;
        issue.Body = body;
        var revision = await db.IssueRevisions.SingleAsync(row => row.IssueId == id && row.Revision == issue.Revision, cancel);
        revision.Body = body;
        await store.RenderAgainAsync(issue, newsletter, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
        return count;

        string? PageOf(string link)
        {
            foreach (var candidate in links.CandidatesOf(link))
                if (pages.TryGetValue(candidate, out var page))
                {
                    count++;
                    return page;
                }
            return null;
        }
    }

    // Returns the page for each old address of a public issue, as a path on this site.
    private async Task<Dictionary<string, string>> PagesAsync(CancellationToken cancel)
    {
        var rows = await (from address in db.OldAddresses
                          join issue in db.Issues on address.IssueId equals issue.Id
                          join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                          where issue.Archived && issue.SendStartedAt != null && issue.State != IssueState.Cancelled
                          select new { address.Path, Newsletter = newsletter.Slug, issue.Slug }).ToListAsync(cancel);
        return rows.ToDictionary(row => row.Path,
            row => $"{site.Value.Url.AbsolutePath}newsletters/{row.Newsletter}/issues/{Uri.EscapeDataString(row.Slug)}",
            StringComparer.Ordinal);
    }
}
