using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// The newsletters as this process last read them, for sign-ups and their mails, of which there may be thousands a second. They are read
/// again after a commit of this process to the tables behind public pages, and when they are a second old, because another process may
/// have changed them.
/// </summary>
public sealed class RecentNewsletters(IDbContextFactory<DispatchDb> databases, CommittedWrites writes, TimeProvider clock)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private Reading? last;

    /// <summary>Returns all newsletters, oldest first.</summary>
    public async ValueTask<IReadOnlyList<Newsletter>> AllAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref last) is { } known && known.Writes == writes.Count && clock.GetElapsedTime(known.At) < GoodFor)
            return known.All;
        var (count, at) = (writes.Count, clock.GetTimestamp());
        await using var db = databases.CreateDbContext();
        var all = await new NewsletterDirectory(db).AllAsync(cancel);
        Volatile.Write(ref last, new Reading(all, count, at));
        return all;
    }

    private sealed record Reading(IReadOnlyList<Newsletter> All, long Writes, long At);
}
