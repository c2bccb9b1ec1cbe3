using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Idempotency;

/// <summary>
/// Makes sure that a request with an idempotency key is carried out only once. The first request inserts a row for its key. A later request
/// with that key gets the stored answer, or is told that the first request is still being processed.
/// </summary>
/// <remarks>
/// If a process dies during a request, its key can be used again after five minutes. The object's state (a taken slug, an issue already
/// sent) then keeps the second attempt from repeating the first.
/// </remarks>
public sealed class KeyedRequests(IDbContextFactory<DispatchDb> databases, TimeProvider clock)
{
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    /// <summary>How often the claim on a key is renewed while its request is being processed.</summary>
    public static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(1);

    /// <summary>A process that has not renewed its claim for this long is presumed dead.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    /// <param name="caller">The caller, as named in the audit log.</param>
    /// <param name="key">The idempotency key that the caller chose.</param>
    /// <param name="requestHash">The keyed hash of everything that distinguishes the request from others.</param>
    /// <param name="cancel">Cancels the operation.</param>
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
            // Another request may have inserted this key's row first. If there is no such row, the exception had another cause.
            db.ChangeTracker.Clear();
            if (await StandingAsync(db, hash, requestHash, cancel) is { } first)
                return first;
            throw;
        }
    }

    /// <summary>
    /// Waits for the work, and renews the claim on the key every minute. Without renewal, a slow request could count as abandoned and be
    /// repeated. Returns the claim as last renewed.
    /// </summary>
    public async Task<KeyedRequestResult.First> DoAsync(KeyedRequestResult.First first, Task work)
    {
        using var done = new CancellationTokenSource();
        while (await Task.WhenAny(work, Task.Delay(RenewEvery, clock, done.Token)) != work)
            first = await RenewAsync(first);
        await done.CancelAsync();
        return first;
    }

    /// <summary>Stores the answer for later requests with the same key.</summary>
    public async Task KeepAsync(KeyedRequestResult.First first, KeyedRequestResult.Answered answer)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key && row.CreatedAt == first.At).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, answer.Status).SetProperty(row => row.ContentType, answer.ContentType)
            .SetProperty(row => row.Location, answer.Location).SetProperty(row => row.ETag, answer.ETag)
                .SetProperty(row => row.Body, answer.Body));
    }

    /// <summary>Deletes the key's row, because the request changed nothing. The key is free again.</summary>
    public async Task ForgetAsync(KeyedRequestResult.First first)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key && row.CreatedAt == first.At).ExecuteDeleteAsync();
    }

    /// <summary>Deletes rows older than <see cref="KeepFor"/>.</summary>
    [JobDisplayName("Delete old idempotency keys")]
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
            return first; // the next renewal still comes in time
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

/// <summary>The state of an idempotency key.</summary>
public abstract record KeyedRequestResult
{
    private KeyedRequestResult()
    {
    }

    /// <summary>
    /// The key is new, and the caller carries out the request. The instant identifies the row's owner, in case another process has taken
    /// over the key.
    /// </summary>
    public sealed record First(byte[] Key, DateTimeOffset At) : KeyedRequestResult;

    /// <summary>The request has been carried out, with this answer.</summary>
    public sealed record Answered(int Status, string? ContentType, string? Location, string? ETag, byte[] Body) : KeyedRequestResult;

    /// <summary>The first request with this key is still being processed.</summary>
    public sealed record UnderWay : KeyedRequestResult;

    /// <summary>The key was used for a different request.</summary>
    public sealed record OfAnother : KeyedRequestResult;
}
