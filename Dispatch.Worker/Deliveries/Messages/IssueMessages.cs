using System.Collections.Concurrent;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Signing;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Messages;

/// <summary>The issues that are being mailed. Each is read and encoded once for all its chunks.</summary>
public sealed class IssueMessages(
    IDbContextFactory<DispatchDb> databases, SubscriberLinks links, TokenAddresses addresses, DkimSigners signers)
{
    private const int Kept = 4; // each holds an entire message, and few issues are sent at the same time

    private readonly ConcurrentDictionary<int, Task<IssueMessage>> messages = [];

    public async Task<IssueMessage> GetAsync(int issueId)
    {
        if (!messages.ContainsKey(issueId) && messages.Count >= Kept)
            messages.Clear();
        var message = messages.GetOrAdd(issueId, ReadAsync);
        try
        {
            return await message;
        }
        catch
        {
            messages.TryRemove(new(issueId, message)); // a failed read is not kept: the next call reads again
            throw;
        }
    }

    // The result can be kept, because an edition never changes. The edition also holds the newsletter's values for the headers.
    private async Task<IssueMessage> ReadAsync(int issueId)
    {
        await using var db = databases.CreateDbContext();
        var parts = await (from edition in db.Editions
                           where edition.IssueId == issueId
                           join issue in db.Issues on edition.IssueId equals issue.Id
                           join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                           select new { edition, newsletter, issue.Slug, issue.Archived }).AsNoTracking().SingleAsync();
        parts.edition.Frames.AddRange(await db.Set<EditionFrame>().Where(frame => frame.IssueId == issueId).AsNoTracking().ToListAsync());
        return new IssueMessage(
            parts.edition, parts.newsletter, parts.Archived ? links.Issue(parts.newsletter.Slug, parts.Slug) : null,
            links, addresses, signers);
    }
}
