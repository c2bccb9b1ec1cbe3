using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Creates the first account, through a link printed while there is no account. Its token is made at startup, works once and is neither
/// stored nor logged. Only somebody who reads the terminal sees it, and that person controls the service anyway.
/// </summary>
public sealed class FirstAccount(IServiceScopeFactory scopes, IOptions<SiteSettings> site, TimeProvider clock) : IDisposable
{
    private readonly string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly SemaphoreSlim oneAtATime = new(1);

    /// <summary>Returns the link, or null if there is already an account.</summary>
    public async Task<string?> LinkAsync(CancellationToken cancel = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await AnybodyAsync(scope, cancel) ? null : new Uri(site.Value.Url, $"desk/setup/{token}").ToString();
    }

    /// <summary>Returns the state of a token: valid, too late because an account exists, or unknown.</summary>
    public async Task<SetupLink> LookAtAsync(string given, CancellationToken cancel = default)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token)))
            return SetupLink.Unknown;
        await using var scope = scopes.CreateAsyncScope();
        return await AnybodyAsync(scope, cancel) ? SetupLink.Used : SetupLink.Good;
    }

    /// <summary>Creates the account with every role, or returns what is wrong.</summary>
    public async Task<AccountOutcome> MakeAsync(string given, string email, string password, CancellationToken cancel = default)
    {
        await oneAtATime.WaitAsync(cancel); // a link opened twice creates only one account
        try
        {
            if (await LookAtAsync(given, cancel) is not SetupLink.Good)
                return new AccountOutcome.Refused("This link has been used. Sign in instead.");
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<DispatchDb>();
            var staff = scope.ServiceProvider.GetRequiredService<UserManager<StaffMember>>();
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var member = new StaffMember { UserName = email, Email = email, EmailConfirmed = true };
            var made = await staff.CreateAsync(member, password);
            if (made.Succeeded)
                made = await staff.AddToRolesAsync(member, StaffRoles.All);
            if (!made.Succeeded)
                return AccountOutcome.From(made);
            db.Audit.Add(Actor.Staff(member.Id).Did("staff.first", AuditTarget.Staff(member.Id), clock.GetUtcNow()));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return new AccountOutcome.Done(member.Id, Link: null);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private static Task<bool> AnybodyAsync(AsyncServiceScope scope, CancellationToken cancel) =>
        scope.ServiceProvider.GetRequiredService<DispatchDb>().Users.AnyAsync(cancel);
}

public enum SetupLink
{
    Unknown,
    Good,
    Used,
}
