using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Browsers that are signed in. Every request looks up its session's row, so when a session ends, by a sign-out, a new password or the
/// removal of its account, that takes effect with the next request, whatever cookie a browser still sends; and so do changed roles.
/// </summary>
public sealed class StaffSessions(DispatchDb db, TimeProvider clock)
{
    /// <summary>How long an idle session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>The new session's secret, for the cookie; only its hash is kept.</summary>
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

    /// <summary>Whose session this is, with the member's current roles; null when it has ended, or its account is gone.</summary>
    /// <param name="secret">From the cookie.</param>
    /// <param name="isAtWork">False: the request is a page's own, not a person's, and does not extend the session.</param>
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

    /// <summary>Signs one browser out.</summary>
    public Task EndAsync(string secret, CancellationToken cancel = default)
    {
        var hash = HashOf(secret);
        return db.StaffSessions.Where(session => session.Hash == hash).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Signs somebody out everywhere. Returns how many sessions there were.</summary>
    public Task<int> EndAllAsync(int staffId, CancellationToken cancel = default) =>
        db.StaffSessions.Where(session => session.StaffId == staffId).ExecuteDeleteAsync(cancel);

    // A session whose use can't be recorded is valid all the same: with a full disk, staff can still see what is wrong.
    private async Task NoteAsync(byte[] hash, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await db.StaffSessions.Where(session => session.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenAt, now), cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            // as explained above
        }
    }

    // 256 random bits need no slow hash.
    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

/// <summary>The caller, and what they may do at this moment.</summary>
public sealed record SignedInMember(int Id, string Name, IReadOnlyList<string?> Roles);
