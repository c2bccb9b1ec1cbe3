using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Finds issues by the paths that they had on the sites from which they were imported.</summary>
public sealed class OldAddresses(DispatchDb db)
{
    /// <summary>Returns the path of the issue's page on this site, or null if the archive lists no such issue.</summary>
    /// <param name="path">The path of a request, not percent-encoded.</param>
    /// <param name="cancel">Ends the query.</param>
    public async Task<string?> FindAsync(string path, CancellationToken cancel)
    {
        if (OldAddress.Normalized(path) is not { } old)
            return null;
        var found = await (from address in db.OldAddresses
                           where address.Path == old
                           join issue in db.Issues on address.IssueId equals issue.Id
                           join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                           where issue.Archived && issue.SendStartedAt != null && issue.State != IssueState.Cancelled
                           select new { newsletter.Slug, Issue = issue.Slug }).FirstOrDefaultAsync(cancel);
        return found is null ? null : $"/newsletters/{found.Slug}/issues/{Uri.EscapeDataString(found.Issue)}";
    }
}
