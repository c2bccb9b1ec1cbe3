using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Manages the browser sessions of staff. Every request looks up its session's row, so ending a session or changing a role takes effect on
/// the next request.
/// </summary>
public sealed class StaffSessions(DispatchDb db, TimeProvider clock)
{
    /// <summary>How long a session lasts without use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>Begins a session and returns its secret, for the cookie. Only a hash of the secret is stored.</summary>
    public async Task<string> BeginAsync(int staffId, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.StaffSessions.Where(session => session.SeenAt <= now - Lifetime).ExecuteDeleteAsync(cancel);
        await db.Users.Where(member => member.Id == staffId)
            .ExecuteUpdateAsync(set => set.SetProperty(member => member.LastSignInAt, now), cancel);
        db.StaffSessions.Add(new StaffSession { Hash = HashOf(secret), StaffId = staffId, CreatedAt = now, SeenAt = now });
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return secret;
    }

    /// <summary>Returns the account of a session, with its current roles, or null if the session has ended.</summary>
    /// <param name="secret">The secret in the cookie.</param>
    /// <param name="isAtWork">False if a script on the page sent the request, which then does not extend the session.</param>
    /// <param name="cancel">Ends the look-up.</param>
    public async Task<SignedInMember?> FindAsync(string secret, bool isAtWork, CancellationToken cancel = default)
    {
        var (hash, now) = (HashOf(secret), clock.GetUtcNow());
        var (end, given) = (now - Lifetime, db.GivenRoles);
        var found = await (from session in db.StaffSessions
                           where session.Hash == hash && session.SeenAt > end
                           join member in db.Users on session.StaffId equals member.Id
                           select new
                           {
                               session.SeenAt,
                               member.Id,
                               member.UserName,
                               Roles = given.Where(role => role.StaffId == member.Id).Select(role => role.Role).ToList(),
                           }).AsNoTracking().SingleOrDefaultAsync(cancel);
        if (found is null)
            return null;
        if (isAtWork && now - found.SeenAt >= SeenEvery)
            await NoteAsync(hash, now, cancel);
        return new(found.Id, found.UserName ?? "", found.Roles);
    }

    /// <summary>Ends one session.</summary>
    public Task EndAsync(string secret, CancellationToken cancel = default)
    {
        var hash = HashOf(secret);
        return db.StaffSessions.Where(session => session.Hash == hash).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Ends all sessions of an account. Returns the number of sessions ended.</summary>
    public Task<int> EndAllAsync(int staffId, CancellationToken cancel = default) =>
        db.StaffSessions.Where(session => session.StaffId == staffId).ExecuteDeleteAsync(cancel);

    // A session is valid even if its use can't be recorded, because staff must be able to look into a problem such as a full disk.
    private async Task NoteAsync(byte[] hash, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await db.StaffSessions.Where(session => session.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenAt, now), cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            // The session's last use stays unrecorded.
        }
    }

    // A fast hash is enough, because nobody can guess 256 random bits.
    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

/// <summary>The account that sends a request, with its current roles.</summary>
public sealed record SignedInMember(int Id, string Name, IReadOnlyList<string?> Roles);
