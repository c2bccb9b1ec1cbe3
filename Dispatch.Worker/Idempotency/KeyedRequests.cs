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

    /// <summary>Longer than any request takes.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    /// <param name="caller">Who sent it, as the audit names them.</param>
    /// <param name="key">As the caller chose it.</param>
    /// <param name="requestHash">Keyed hash of all that makes the request what it is.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<KeyStanding> BeginAsync(string caller, string key, byte[] requestHash, CancellationToken cancel)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{key}"));
        var now = clock.GetUtcNow();
        var (old, abandoned) = (now - KeepFor, now - AbandonedAfter);
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == hash && (row.CreatedAt <= old || (row.Status == null && row.CreatedAt <= abandoned))).ExecuteDeleteAsync(cancel);
        if (await StandingAsync(db, hash, requestHash, cancel) is { } known)
            return known;
        db.KeyedRequests.Add(new KeyedRequest { Key = hash, RequestHash = requestHash, CreatedAt = now });
        try
        {
            await db.SaveChangesAsync(cancel);
            return new KeyStanding.First(hash);
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

    /// <summary>Keeps the answer for whoever comes with the key again.</summary>
    public async Task KeepAsync(KeyStanding.First first, KeyStanding.Answered answer)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, answer.Status).SetProperty(row => row.ContentType, answer.ContentType)
            .SetProperty(row => row.Location, answer.Location).SetProperty(row => row.ETag, answer.ETag).SetProperty(row => row.Body, answer.Body));
    }

    /// <summary>Nothing was done: the key is free again.</summary>
    public async Task ForgetAsync(KeyStanding.First first)
    {
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.Key == first.Key).ExecuteDeleteAsync();
    }

    /// <summary>Clears away what is older than <see cref="KeepFor"/>.</summary>
    [JobDisplayName("Forget the answers to requests with a key")]
    public async Task PurgeAsync(CancellationToken stopping)
    {
        var old = clock.GetUtcNow() - KeepFor;
        await using var db = databases.CreateDbContext();
        await db.KeyedRequests.Where(row => row.CreatedAt <= old).ExecuteDeleteAsync(stopping);
    }

    private static async Task<KeyStanding?> StandingAsync(DispatchDb db, byte[] hash, byte[] requestHash, CancellationToken cancel) =>
        await db.KeyedRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Key == hash, cancel) switch
        {
            null => null,
            var row when !row.RequestHash.AsSpan().SequenceEqual(requestHash) => new KeyStanding.OfAnother(),
            { Status: { } status } row => new KeyStanding.Answered(status, row.ContentType, row.Location, row.ETag, row.Body ?? []),
            _ => new KeyStanding.UnderWay(),
        };
}

/// <summary>How it stands with a request's key.</summary>
public abstract record KeyStanding
{
    private KeyStanding()
    {
    }

    /// <summary>It is new: do the work, then keep or forget it.</summary>
    public sealed record First(byte[] Key) : KeyStanding;

    /// <summary>It was done; this was answered.</summary>
    public sealed record Answered(int Status, string? ContentType, string? Location, string? ETag, byte[] Body) : KeyStanding;

    /// <summary>Its first request is not answered yet.</summary>
    public sealed record UnderWay : KeyStanding;

    /// <summary>It belongs to a request that was a different one.</summary>
    public sealed record OfAnother : KeyStanding;
}
