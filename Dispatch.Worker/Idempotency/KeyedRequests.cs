using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Idempotency;

/// <summary>
/// Ensures that a request with a key is done once, however often it comes. The first to arrive inserts the key's row, and the primary key
/// lets only one of any number do so; whoever comes later gets the stored answer, or learns that the first is not done. Only completed work
/// is kept: a refused request made nothing, so its key is free again. A process that dies during a request leaves a row without an answer;
/// after a while the key may be tried again, and the state of what the request was about (a slug, an issue's state) keeps the second try
/// from doing it twice.
/// </summary>
public sealed class KeyedRequests(IDbContextFactory<DispatchDb> databases, TimeProvider clock)
{
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    /// <summary>How often the process that works on a request renews its claim.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(1);

    /// <summary>After this long without such a sign, the process is presumed dead.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    /// <param name="caller">Who sent it, as the audit names them.</param>
    /// <param name="key">As the caller chose it.</param>
    /// <param name="requestHash">Keyed hash of everything that identifies the request.</param>
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
            // A request with this key got there first. No row: not a duplicate, a real failure.
            db.ChangeTracker.Clear();
            if (await StandingAsync(db, hash, requestHash, cancel) is { } first)
                return first;
            throw;
        }
    }

    /// <summary>
    /// Does the work, and says every minute that it is in progress: a test mail to ten addresses at a slow relay takes longer than the wait
    /// for a dead process, and must not be sent to them all again. Returns whose row it is at the end.
    /// </summary>
    public async Task<KeyedRequestResult.First> DoAsync(KeyedRequestResult.First first, Task work)
    {
        using var done = new CancellationTokenSource();
        while (await Task.WhenAny(work, Task.Delay(RenewEvery, clock, done.Token)) != work)
            first = await RenewAsync(first);
        await done.CancelAsync();
        return first;
    }

    /// <summary>Keeps the answer for later requests with the same key.</summary>
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

    /// <summary>Deletes what is older than <see cref="KeepFor"/>.</summary>
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
            return first; // the next renewal comes before it counts as abandoned
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

/// <summary>The status of a request's key.</summary>
public abstract record KeyedRequestResult
{
    private KeyedRequestResult()
    {
    }

    /// <summary>
    /// It is new: do the work, then keep or forget it. The instant identifies whose row it is, in case another process has presumed it
    /// abandoned.
    /// </summary>
    public sealed record First(byte[] Key, DateTimeOffset At) : KeyedRequestResult;

    /// <summary>It has been done, with this answer.</summary>
    public sealed record Answered(int Status, string? ContentType, string? Location, string? ETag, byte[] Body) : KeyedRequestResult;

    /// <summary>Its first request has not been answered yet.</summary>
    public sealed record UnderWay : KeyedRequestResult;

    /// <summary>The key belongs to a different request.</summary>
    public sealed record OfAnother : KeyedRequestResult;
}
