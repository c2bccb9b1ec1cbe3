using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Makes and checks the sealed mark that a browser keeps after a sign-in. The mark proves that somebody signed in to this account with this
/// browser. It signs nobody in, but protects the browser from being locked out by wrong passwords typed elsewhere.
/// </summary>
public sealed class KnownBrowsers(IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private readonly IDataProtector protector = protection.CreateProtector("Dispatch.KnownBrowser");

    /// <summary>Makes a mark for a browser after a sign-in with this address.</summary>
    public string Seal(string email) => protector.Protect(string.Create(CultureInfo.InvariantCulture,
        $"{clock.GetUtcNow().ToUnixTimeSeconds()} {Convert.ToHexString(RandomNumberGenerator.GetBytes(16))} {Of(email)}"));

    /// <summary>Returns the browser's number, or null if the mark is invalid, too old, or belongs to another address.</summary>
    public string? Open(string? mark, string email)
    {
        try
        {
            return mark is { Length: > 0 and < 1024 } && protector.Unprotect(mark).Split(' ') is [var at, var number, var of]
                && of == Of(email)
                && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(at, CultureInfo.InvariantCulture)) < Lifetime ? number
                    : null;
        }
        catch (CryptographicException)
        {
            return null; // the mark is made up, or sealed with other keys
        }
    }

    private static string Of(string email) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));
}
