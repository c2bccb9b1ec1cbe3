using System.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Accounts of staff. A new one has no password: its link, good once and for a day, lets the person choose it.
/// Asked again for somebody known, it adds the role and gives a fresh link, which is also how a lost password is replaced.
/// </summary>
public sealed class Accounts(DispatchDb db, UserManager<StaffMember> staff, IOptions<SiteSettings> site, TimeProvider clock)
{
    public async Task<AccountOutcome> AddAsync(string email, IReadOnlyCollection<string> roles, Actor actor, CancellationToken cancel = default)
    {
        if (roles.Except(StaffRoles.All).FirstOrDefault() is { } unknown)
            return new AccountOutcome.Refused($"'{unknown}' is no role: expected {string.Join(", ", StaffRoles.All)}");
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
        db.Audit.Add(actor.Did("staff.added", $"staff:{member.Id}", clock.GetUtcNow(), string.Join(", ", roles)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        var link = new Uri(site.Value.Url, $"desk/password/{member.Id}/{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token))}");
        return new AccountOutcome.Done(member.Id, link.ToString());
    }

    /// <summary>Whether a link's token is still good: not used, not too old.</summary>
    public async Task<bool> IsGoodAsync(int id, string token) =>
        await FindAsync(id) is { } member && Decode(token) is { } plain
        && await staff.VerifyUserTokenAsync(member, staff.Options.Tokens.PasswordResetTokenProvider, UserManager<StaffMember>.ResetPasswordTokenPurpose, plain);

    public async Task<AccountOutcome> SetPasswordAsync(int id, string token, string password, CancellationToken cancel = default)
    {
        if (await FindAsync(id) is not { } member || Decode(token) is not { } plain)
            return new AccountOutcome.Refused("This link is not valid.");
        var set = await staff.ResetPasswordAsync(member, plain, password); // also ends every session: the security stamp changes
        if (!set.Succeeded)
            return AccountOutcome.From(set);
        await staff.SetLockoutEndDateAsync(member, null);
        db.Audit.Add(Actor.Staff(id).Did("staff.password-set", $"staff:{id}", clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        return new AccountOutcome.Done(id, Link: null);
    }

    private Task<StaffMember?> FindAsync(int id) => staff.FindByIdAsync(id.ToString(System.Globalization.CultureInfo.InvariantCulture));

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

/// <summary>What came of making or changing an account.</summary>
public abstract record AccountOutcome
{
    /// <param name="Id">The member of staff.</param>
    /// <param name="Link">Where the person sets the password, once; null when it is set.</param>
    public sealed record Done(int Id, string? Link) : AccountOutcome;

    public sealed record Refused(string Why) : AccountOutcome;

    internal static AccountOutcome From(IdentityResult result) => new Refused(string.Join(" ", result.Errors.Select(error => error.Code switch
    {
        nameof(IdentityErrorDescriber.PasswordTooShort) => $"A password needs at least {StaffServices.ShortestPassword} characters.",
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) => "This is not an e-mail address.",
        nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail) => "This account exists already.",
        nameof(IdentityErrorDescriber.InvalidToken) => "This link has been used or is too old. Ask for a new one.",
        _ => error.Description,
    }).Distinct()));
}
