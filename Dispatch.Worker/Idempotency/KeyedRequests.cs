using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Idempotency;

/// <summary>
/// Lets a request with a key be done once, however often it comes. The first to come writes the key's row, by its primary key one of
/// any number at once; whoever comes later gets the kept answer, or hears that the first is not done. Only what was done is
/// kept: a refused request made nothing, so its key is free again. A process that dies over a request leaves a row without
/// an answer; after a while the key may be tried again, and the state of what it was about (a slug, an issue's state)
/// keeps the second try from doing it twice.
/// </summary>
public sealed class KeyedRequests(IDbContextFactory<DispatchDb> databases, TimeProvider clock)
{
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    /// <summary>How often whoever works on a request says that it does.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(1);

    /// <summary>After so long without such a word the process is taken for dead.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    /// <param name="caller">Who sent it, as the audit names them.</param>
    /// <param name="key">As the caller chose it.</param>
    /// <param name="requestHash">Keyed hash of all that makes the request what it is.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<KeyedRequestResult> BeginAsync(string caller, string key, byte[] requestHash, CancellationToken cancel)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{key}"));
        var now = clock.GetUtcNow();
        var (old, abandoned) = (now - KeepFor, now - AbandonedAfter);
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == hash && (row.CreatedAt <= old || (row.Status == null && row.CreatedAt <= abandoned)))
            .ExecuteDeleteAsync(cancel);
        if (await StandingAsync(db, hash, requestHash, cancel) is { } known)
            return known;
        db.KeyedRequests.Add(new KeyedRequest { Key = hash, RequestHash = requestHash, CreatedAt = now });
        try
        {
            await db.SaveChangesAsync(cancel);
            return new KeyedRequestResult.First(hash, now);
        }
        catch (DbUpdateException)
        {
            // The same request in the same instant was first. If there is no row, it was no such thing but a fault.
            db.ChangeTracker.Clear();
            if (await StandingAsync(db, hash, requestHash, cancel) is { } first)
                return first;
            throw;
        }
    }

    /// <summary>
    /// Does the work, and says every minute that it is being done: a test mail to ten addresses at a slow relay takes longer than a dead
    /// process is waited for, and must not be sent to them all again. Gives whose row it is at the end.
    /// </summary>
    public async Task<KeyedRequestResult.First> DoAsync(KeyedRequestResult.First first, Task work)
    {
        using var done = new CancellationTokenSource();
        while (await Task.WhenAny(work, Task.Delay(RenewEvery, clock, done.Token)) != work)
            first = await RenewAsync(first);
        await done.CancelAsync();
        return first;
    }

    /// <summary>Keeps the answer for whoever comes with the key again.</summary>
    public async Task KeepAsync(KeyedRequestResult.First first, KeyedRequestResult.Answered answer)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key && row.CreatedAt == first.At).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, answer.Status).SetProperty(row => row.ContentType, answer.ContentType)
            .SetProperty(row => row.Location, answer.Location).SetProperty(row => row.ETag, answer.ETag)
                .SetProperty(row => row.Body, answer.Body));
    }

    /// <summary>Nothing was done: the key is free again.</summary>
    public async Task ForgetAsync(KeyedRequestResult.First first)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key && row.CreatedAt == first.At).ExecuteDeleteAsync();
    }

    /// <summary>Clears away what is older than <see cref="KeepFor"/>.</summary>
    [JobDisplayName("Forget the answers to requests with a key")]
    public async Task PurgeAsync(CancellationToken stopping)
    {
        var old = clock.GetUtcNow() - KeepFor;
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.CreatedAt <= old).ExecuteDeleteAsync(stopping);
    }

    private async Task<KeyedRequestResult.First> RenewAsync(KeyedRequestResult.First first)
    {
        try
        {
            var now = clock.GetUtcNow();
            await using var db = databases.CreateDbContext();
            return await db.KeyedRequests.Where(row => row.Key == first.Key && row.CreatedAt == first.At)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, now)) > 0
                ? first with { At = now } : first;
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            return first; // the next minute comes before it counts as abandoned
        }
    }

    private static async Task<KeyedRequestResult?> StandingAsync(
        DispatchDb db, byte[] hash, byte[] requestHash, CancellationToken cancel) =>
        await db.KeyedRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Key == hash, cancel) switch
        {
            null => null,
            var row when !row.RequestHash.AsSpan().SequenceEqual(requestHash) => new KeyedRequestResult.OfAnother(),
            { Status: { } status } row => new KeyedRequestResult.Answered(status, row.ContentType, row.Location, row.ETag, row.Body ?? []),
            _ => new KeyedRequestResult.UnderWay(),
        };
}

/// <summary>How it stands with a request's key.</summary>
public abstract record KeyedRequestResult
{
    private KeyedRequestResult()
    {
    }

    /// <summary>
    /// It is new: do the work, then keep or forget it. Its instant says whose row it is, should another process have taken it for
    /// abandoned.
    /// </summary>
    public sealed record First(byte[] Key, DateTimeOffset At) : KeyedRequestResult;

    /// <summary>It was done; this was answered.</summary>
    public sealed record Answered(int Status, string? ContentType, string? Location, string? ETag, byte[] Body) : KeyedRequestResult;

    /// <summary>Its first request is not answered yet.</summary>
    public sealed record UnderWay : KeyedRequestResult;

    /// <summary>It belongs to a request that was a different one.</summary>
    public sealed record OfAnother : KeyedRequestResult;
}
