using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>Makes and recognises the bearer tokens of the HTTP API.</summary>
public sealed class ApiTokens(DispatchDb db, TimeProvider clock)
{
    private const string Prefix = "dispatch_"; // so that scanners of repositories know a leaked one

    /// <summary>The one moment at which the token itself is known.</summary>
    public async Task<(ApiToken Kept, string Token)> CreateAsync(string name, string role, TimeSpan? goodFor, Actor actor, CancellationToken cancel = default)
    {
        if (!StaffRoles.All.Contains(role))
            throw new ArgumentException($"expected a role of {string.Join(", ", StaffRoles.All)}, got '{role}'", nameof(role));
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        var kept = new ApiToken { Name = name, Role = role, Hash = HashOf(token), CreatedAt = now, ExpiresAt = now + goodFor };
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        db.ApiTokens.Add(kept);
        await db.SaveChangesAsync(cancel);
        db.Audit.Add(actor.Did("token.created", $"token:{kept.Id}", now, role));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return (kept, token);
    }

    /// <summary>The token's row, or null when it is unknown or has run out.</summary>
    public async Task<ApiToken?> FindAsync(string token, CancellationToken cancel = default)
    {
        var hash = HashOf(token);
        var kept = await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, cancel);
        return kept is { ExpiresAt: { } end } && end <= clock.GetUtcNow() ? null : kept;
    }

    // 256 random bits need no slow hash: there is nothing to guess.
    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
