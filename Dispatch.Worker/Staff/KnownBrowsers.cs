using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Dispatch.Worker.Staff;

/// <summary>
/// What a browser keeps, sealed, after somebody has signed in with it: proof that this address has signed in here before. It signs nobody
/// in; it only keeps others' wrong passwords from locking that browser out.
/// </summary>
public sealed class KnownBrowsers(IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    private readonly IDataProtector protector = protection.CreateProtector("Dispatch.KnownBrowser");

    /// <summary>A mark for a browser in which this address has just signed in.</summary>
    public string Seal(string email) => protector.Protect(string.Create(CultureInfo.InvariantCulture,
        $"{clock.GetUtcNow().ToUnixTimeSeconds()} {Convert.ToHexString(RandomNumberGenerator.GetBytes(16))} {Of(email)}"));

    /// <summary>The browser's number if the mark is ours, for this address, and not too old; otherwise null.</summary>
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
            return null; // not ours, or sealed with other keys
        }
    }

    private static string Of(string email) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));
}
