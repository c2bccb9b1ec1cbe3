using System.Globalization;
using System.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Manages staff accounts. A new person gets a one-time link for setting a password, valid for a day. Adding a person who already has an
/// account adds the roles and gives a new link. The last admin can't be removed.
/// </summary>
public sealed class Accounts(DispatchDb db, UserManager<StaffMember> staff, StaffSessions sessions, IOptions<SiteSettings> site,
    TimeProvider clock)
{
    /// <summary>Returns all accounts, ordered by address.</summary>
    public async Task<IReadOnlyList<StaffView>> ListAsync(CancellationToken cancel = default)
    {
        var (lasting, given) = (clock.GetUtcNow() - StaffSessions.Lifetime, db.GivenRoles);
        var rows = await db.Users.AsNoTracking().OrderBy(member => member.NormalizedEmail).Select(member => new
        {
            member.Id,
            member.Email,
            member.LastSignInAt,
            HasPassword = member.PasswordHash != null,
            Roles = given.Where(role => role.StaffId == member.Id).Select(role => role.Role).ToList(),
            Sessions = db.Set<StaffSession>().Count(session => session.StaffId == member.Id && session.SeenAt > lasting),
            Tokens = db.Set<ApiToken>().Count(token => token.MadeById == member.Id),
        }).ToListAsync(cancel);
        return [.. rows.Select(row =>
            new StaffView(row.Id, row.Email ?? "", [.. StaffRoles.All.Where(row.Roles.Contains)], row.LastSignInAt, row.HasPassword,
                row.Sessions, row.Tokens))];
    }

    /// <summary>Returns people's names, to show to colleagues. Removed people are left out.</summary>
    public Task<Dictionary<int, string?>> NamesAsync(IReadOnlyCollection<int> ids, CancellationToken cancel) =>
        db.Users.Where(member => ids.Contains(member.Id)).ToDictionaryAsync(member => member.Id, member => member.UserName, cancel);

    /// <summary>Returns the id of the account with this address, in any letter case, or null if there is none.</summary>
    public async Task<int?> IdOfAsync(string email) => (await staff.FindByEmailAsync(email))?.Id;

    public async Task<AccountOutcome> AddAsync(
        string email, IReadOnlyCollection<string> roles, Actor actor, CancellationToken cancel = default)
    {
        if (FaultOf(roles) is { } fault)
            return fault;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var member = await staff.FindByEmailAsync(email);
        var made = IdentityResult.Success;
        if (member is null)
        {
            member = new StaffMember { UserName = email, Email = email, EmailConfirmed = true };
            made = await staff.CreateAsync(member);
        }
        if (made.Succeeded)
            made = await staff.AddToRolesAsync(member, roles.Except(await staff.GetRolesAsync(member)));
        if (!made.Succeeded)
            return AccountOutcome.From(made);
        var token = await staff.GeneratePasswordResetTokenAsync(member);
        db.Audit.Add(actor.Did("staff.added", AuditTarget.Staff(member.Id), clock.GetUtcNow(), string.Join(", ", roles)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        var link = new Uri(site.Value.Url, $"desk/password/{member.Id}/{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token))}");
        return new AccountOutcome.Done(member.Id, link.ToString());
    }

    /// <summary>Replaces a person's roles.</summary>
    public async Task<AccountOutcome> SetRolesAsync(int id, IReadOnlyCollection<string> roles, Actor actor,
        CancellationToken cancel = default)
    {
        if (FaultOf(roles) is { } fault)
            return fault;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await LockAdminsAsync(cancel);
        if (await FindAsync(id) is not { } member)
            return new AccountOutcome.Unknown();
        if (!roles.Contains(StaffRoles.Admin) && await IsLastAdminAsync(id, cancel))
            return LastAdmin;
        var before = await staff.GetRolesAsync(member);
        var changed = await staff.RemoveFromRolesAsync(member, before.Except(roles));
        if (changed.Succeeded)
            changed = await staff.AddToRolesAsync(member, roles.Distinct().Except(before));
        if (!changed.Succeeded)
            return AccountOutcome.From(changed);
        db.Audit.Add(actor.Did("staff.roles", AuditTarget.Staff(id), clock.GetUtcNow(),
            string.Join(", ", StaffRoles.All.Where(roles.Contains))));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new AccountOutcome.Done(id, Link: null);
    }

    /// <summary>
    /// Removes an account with its sessions and the API tokens that the person made. The audit log keeps the person's actions.
    /// </summary>
    public async Task<AccountOutcome> RemoveAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        if (actor.StaffId == id)
            return new AccountOutcome.Refused("You can't remove your own account. Ask another admin to do it.");
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await LockAdminsAsync(cancel);
        if (await FindAsync(id) is not { } member)
            return new AccountOutcome.Unknown();
        if (await IsLastAdminAsync(id, cancel))
            return LastAdmin;
        var now = clock.GetUtcNow();
        foreach (var token in await db.ApiTokens.Where(token => token.MadeById == id).Select(token => token.Id).ToListAsync(cancel))
            db.Audit.Add(actor.Did("token.revoked", AuditTarget.Token(token), now, "with the account of whoever made it"));
        db.Audit.Add(actor.Did("staff.removed", AuditTarget.Staff(id), now));
        var removed = await staff.DeleteAsync(member); // foreign keys also delete the person's sessions and tokens
        if (!removed.Succeeded)
            return AccountOutcome.From(removed);
        await transaction.CommitAsync(cancel);
        return new AccountOutcome.Done(id, Link: null);
    }

    /// <summary>Ends all sessions of an account. Returns the number of sessions, or null if there is no such account.</summary>
    public async Task<int?> SignOutAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.Users.AnyAsync(member => member.Id == id, cancel))
            return null;
        var ended = await sessions.EndAllAsync(id, cancel);
        db.Audit.Add(actor.Did("staff.signed-out", AuditTarget.Staff(id), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return ended;
    }

    /// <summary>Returns whether the token of a password link is neither used nor expired.</summary>
    public async Task<bool> IsGoodAsync(int id, string token) =>
        await FindAsync(id) is { } member && Decode(token) is { } plain
        && await staff.VerifyUserTokenAsync(member, staff.Options.Tokens.PasswordResetTokenProvider,
            UserManager<StaffMember>.ResetPasswordTokenPurpose, plain);

    public async Task<AccountOutcome> SetPasswordAsync(int id, string token, string password, CancellationToken cancel = default)
    {
        if (await FindAsync(id) is not { } member || Decode(token) is not { } plain)
            return new AccountOutcome.Refused("This link isn't valid.");
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var set = await staff.ResetPasswordAsync(member, plain, password);
        if (!set.Succeeded)
            return AccountOutcome.From(set);
        await sessions.EndAllAsync(id, cancel); // anybody who knew the old password is signed out
        db.Audit.Add(Actor.Staff(id).Did("staff.password-set", AuditTarget.Staff(id), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new AccountOutcome.Done(id, Link: null);
    }

    private static AccountOutcome.Refused? FaultOf(IReadOnlyCollection<string> roles) => roles.Except(StaffRoles.All)
        .FirstOrDefault() is { } unknown
        ? new AccountOutcome.Refused($"'{unknown}' isn't a role. Choose from {StaffRoles.InWords}.")
        : roles.Count == 0 ? new AccountOutcome.Refused($"Choose at least one role: {StaffRoles.InWords}.") : null;

    private static AccountOutcome.Refused LastAdmin { get; } =
        new("This is the last admin. Make someone else an admin first.");

    private Task<StaffMember?> FindAsync(int id) => staff.FindByIdAsync(id.ToString(CultureInfo.InvariantCulture));

    // Locks the admin role's row. If two admins remove each other at once, only the first succeeds.
    private Task<int> LockAdminsAsync(CancellationToken cancel) => db.Roles.Where(role => role.Name == StaffRoles.Admin)
        .ExecuteUpdateAsync(set => set.SetProperty(role => role.NormalizedName, role => role.NormalizedName), cancel);

    private async Task<bool> IsLastAdminAsync(int id, CancellationToken cancel)
    {
        var admins = await db.GivenRoles.Where(given => given.Role == StaffRoles.Admin).Select(given => given.StaffId).ToListAsync(cancel);
        return admins.Contains(id) && admins.Count == 1;
    }

    private static string? Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(token));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>The outcome of creating or changing an account.</summary>
public abstract record AccountOutcome
{
    /// <param name="Id">The account's id.</param>
    /// <param name="Link">The one-time link for setting the password, or null if none was made.</param>
    public sealed record Done(int Id, string? Link) : AccountOutcome;

    /// <param name="Why">What is wrong, and what to do.</param>
    /// <param name="OfPassword">Whether the password is at fault.</param>
    public sealed record Refused(string Why, bool OfPassword = false) : AccountOutcome;

    /// <summary>There is no such account.</summary>
    public sealed record Unknown : AccountOutcome;

    internal static AccountOutcome From(
        IdentityResult result) => new Refused(string.Join(" ", result.Errors.Select(error => error.Code switch
    {
        nameof(IdentityErrorDescriber.PasswordTooShort) => StaffServices.Length,
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) => "This isn't an email address.",
        nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail) =>
            "An account with this address already exists.",
        nameof(IdentityErrorDescriber.InvalidToken) => "This link has been used or has expired. Ask for a new one.",
        _ => error.Description,
    }).Distinct()), result.Errors.All(error => error.Code.StartsWith("Password", StringComparison.Ordinal)));
}

/// <summary>An account, as shown to people who manage access.</summary>
/// <param name="Id">The account's id, as used in the audit log.</param>
/// <param name="Email">The address that the person signs in with.</param>
/// <param name="Roles">The account's roles, in the order of <see cref="StaffRoles.All"/>.</param>
/// <param name="LastSignInAt">When the person last signed in, or null if never.</param>
/// <param name="HasPassword">Whether the person has set a password.</param>
/// <param name="Sessions">The number of browsers that are signed in.</param>
/// <param name="Tokens">The number of API tokens that the person made. They are deleted with the account.</param>
public sealed record StaffView(int Id, string Email, IReadOnlyList<string> Roles, DateTimeOffset? LastSignInAt, bool HasPassword,
    int Sessions, int Tokens);
