using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Refuses passwords that an attacker would try first (NIST SP 800-63B section 5.1.1.2): common ones, repetitions, keyboard runs, the
/// person's address, and the names of the site and its newsletters. A short sentence passes.
/// </summary>
internal sealed class GuessablePasswords(DispatchDb db, IOptions<SiteSettings> site) : IPasswordValidator<StaffMember>
{
    public const string Code = "PasswordGuessable";

    // zxcvbn's scores run from 0 to 4. Passwords below 3 can be found from a stolen hash within days.
    private const int LeastScore = 3;

    // Only the first characters are rated, because the search time grows faster than the square of the length. Further characters can only
    // make a password harder to guess.
    private const int MostRead = 64;

    public async Task<IdentityResult> ValidateAsync(UserManager<StaffMember> manager, StaffMember user, string? password)
    {
        var names = await db.Newsletters.AsNoTracking().Select(newsletter => new { newsletter.Name, newsletter.Slug }).ToListAsync();
        var own = names.SelectMany(newsletter => new[] { newsletter.Name, newsletter.Slug }).Append(user.Email).Append(site.Value.Url.Host)
            .Append("dispatch").OfType<string>().ToList();
        var words = own.Concat(own.SelectMany(name => name.Split([' ', '-', '.', '@', '_'], StringSplitOptions.RemoveEmptyEntries)))
            .Where(word => word.Length > 2);
        var read = password is { Length: > MostRead } ? password[..MostRead] : password ?? "";
        return Zxcvbn.Zxcvbn.MatchPassword(read, words.Select(word => word.ToLowerInvariant()).Distinct()).Score >= LeastScore
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError
            {
                Code = Code,
                Description =
                    "This password is too easy to guess: it’s a common one, repeats itself, or is made of your address or this site’s "
                        + "name. A short sentence works well.",
            });
    }
}
