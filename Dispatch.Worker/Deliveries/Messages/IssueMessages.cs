using System.Collections.Concurrent;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Signing;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Messages;

/// <summary>The issues that are being mailed, each read and encoded once for all chunks of it.</summary>
public sealed class IssueMessages(
    IDbContextFactory<DispatchDb> databases, SubscriberLinks links, TokenAddresses addresses, DkimSigners signers)
{
    private const int Kept = 4; // more are rarely being sent at once, and each is an entire mail

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
            messages.TryRemove(new(issueId, message)); // what could not be read is read again next time
            throw;
        }
    }

    // What is read does not change: an edition is exactly what goes out, and itself holds what its headers need from the newsletter.
    private async Task<IssueMessage> ReadAsync(int issueId)
    {
        await using var db = databases.CreateDbContext();
        var parts = await (from edition in db.Editions
                           where edition.IssueId == issueId
                           join issue in db.Issues on edition.IssueId equals issue.Id
                           join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                           select new { edition, newsletter }).AsNoTracking().SingleAsync();
        parts.edition.Frames.AddRange(await db.Set<EditionFrame>().Where(frame => frame.IssueId == issueId).AsNoTracking().ToListAsync());
        return new IssueMessage(parts.edition, parts.newsletter, links, addresses, signers);
    }
}
