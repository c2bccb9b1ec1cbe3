using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Creates, finds, lists and revokes bearer tokens for the HTTP API. A token is valid until it is revoked or expires, or until the account
/// that made it is removed.
/// </summary>
public sealed class ApiTokens(DispatchDb db, TimeProvider clock)
{
    public const int LongestName = 100;
    public const int DefaultDays = 365;
    public const int MostDays = 3650;

    private const string Prefix = "dispatch_"; // lets repository scanners recognize a leaked token

    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Returns what is wrong with a token's name, as a sentence, or null if it is valid.</summary>
    public static string? FaultOfName(string? name) =>
        (name ?? "").Trim() is { Length: > 0 and <= LongestName } one && !one.Any(char.IsControl)
        ? null : $"A token needs a name of 1 to {LongestName} letters, such as website.";

    /// <summary>Returns what is wrong with a token's role, as a sentence, or null if it is valid.</summary>
    public static string? FaultOfRole(string? role) =>
        StaffRoles.All.Contains(role) ? null : $"'{role}' isn't a role. Choose one of {StaffRoles.InWords}.";

    /// <summary>Returns what is wrong with a token's lifetime, as a sentence, or null if it is valid.</summary>
    public static string? FaultOfDays(int? days) => days is < 1 or > MostDays ? $"A token is valid for 1 to {MostDays} days." : null;

    /// <summary>Creates a token. Only the result contains the token itself.</summary>
    /// <param name="name">What the token is for: one line of 1 to 100 characters, unique among tokens.</param>
    /// <param name="role">One of <see cref="StaffRoles"/>.</param>
    /// <param name="days">How long the token is valid, in days: 1 to 3650, or null for 365.</param>
    /// <param name="actor">The creator of the token.</param>
    /// <param name="cancel">Cancels the work.</param>
    public async Task<TokenOutcome> CreateAsync(string name, string role, int? days, Actor actor, CancellationToken cancel = default)
    {
        name = name.Trim();
        var faults = new[] { ("name", FaultOfName(name)), ("role", FaultOfRole(role)), ("expiresInDays", FaultOfDays(days)) };
        foreach (var (field, fault) in faults)
            if (fault is not null)
                return new TokenOutcome.Refused(field, fault);
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.ApiTokens.AnyAsync(other => other.Name == name, cancel))
            return Taken(name);
        var kept = new ApiToken
        {
            Name = name,
            Role = role,
            Hash = HashOf(token),
            CreatedAt = now,
            ExpiresAt = now.AddDays(days ?? DefaultDays),
            MadeById = await OwnerAsync(actor, cancel),
        };
        db.ApiTokens.Add(kept);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            return Taken(name); // somebody created a token with this name at the same moment
        }
        db.Audit.Add(actor.Did("token.created", AuditTarget.Token(kept.Id), now, role));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new TokenOutcome.Made(kept, token);
    }

    /// <summary>Returns the token's row, or null if the token is unknown or has expired.</summary>
    public async Task<ApiToken?> FindAsync(string token, CancellationToken cancel = default)
    {
        var (hash, now) = (HashOf(token), clock.GetUtcNow());
        var kept = await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, cancel);
        if (kept is null || kept.ExpiresAt <= now)
            return null;
        if (kept.LastUsedAt is not { } used || now - used >= UsedEvery)
            await NoteAsync(kept.Id, now, cancel);
        return kept;
    }

    /// <summary>Returns all tokens, ordered by name, including expired ones.</summary>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancel = default) =>
        await db.ApiTokens.AsNoTracking().OrderBy(token => token.Name).ToListAsync(cancel);

    /// <summary>Revokes a token, with effect from the next request. Returns false if there is no token with this id.</summary>
    public async Task<bool> RevokeAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.ApiTokens.Where(token => token.Id == id).ExecuteDeleteAsync(cancel) == 0)
            return false;
        db.Audit.Add(actor.Did("token.revoked", AuditTarget.Token(id), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>
    /// Revokes a token by its name, with effect from the next request. Returns false if there is no token with this name.
    /// </summary>
    public async Task<bool> RevokeAsync(string name, Actor actor, CancellationToken cancel = default)
    {
        var id = await db.ApiTokens.Where(token => token.Name == name).Select(token => (int?)token.Id).SingleOrDefaultAsync(cancel);
        return id is { } known && await RevokeAsync(known, actor, cancel);
    }

    private static TokenOutcome.Refused Taken(string name) =>
        new("name", $"A token named {name} already exists. Revoke it, or choose another name.");

    // A token made with another token belongs to the other token's owner.
    private async Task<int?> OwnerAsync(Actor actor, CancellationToken cancel) => actor.TokenId is { } token
        ? await db.ApiTokens.Where(known => known.Id == token).Select(known => known.MadeById).SingleOrDefaultAsync(cancel)
        : actor.StaffId;

    // A failure to record the time of use must not fail the API call.
    private async Task NoteAsync(int id, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await db.ApiTokens.Where(token => token.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedAt, now), cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            // The token's last use stays unrecorded.
        }
    }

    // A fast hash is enough, because nobody can guess 256 random bits.
    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>The outcome of creating a token.</summary>
public abstract record TokenOutcome
{
    /// <param name="Kept">The token's row.</param>
    /// <param name="Token">The token itself, to be shown once.</param>
    public sealed record Made(ApiToken Kept, string Token) : TokenOutcome;

    /// <param name="Field">The name of the field at fault, as in the API.</param>
    /// <param name="Why">What is wrong, and what to do.</param>
    public sealed record Refused(string Field, string Why) : TokenOutcome;
}
