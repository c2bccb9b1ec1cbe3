using System.Net;
using Dispatch.Worker.Addresses;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Checks an address and a password. Every attempt looks up the address and computes one hash, so its duration doesn't reveal whether the
/// address has an account.
/// </summary>
/// <remarks>
/// Failed attempts are counted for ten minutes. A network may fail 30 times, an IPv6 /48 120 times, and an address eight times from unknown
/// browsers. A browser that has signed in with the address before may fail eight times itself, so nobody elsewhere can lock it out. Hashing
/// uses at most half of the processors, so a flood of attempts leaves the other half to readers.
/// </remarks>
public sealed class SignIns(UserManager<StaffMember> staff, SignInTallies tallies, KnownBrowsers browsers, PasswordWork work)
{
    public const int PerNetwork = 30, PerSite = 120, PerAddress = 8;

    private const string Network = "network", Site = "site", Address = "address", Browser = "browser";

    public async Task<SignInOutcome> TryAsync(string email, string password, IPAddress? from, string? mark,
        CancellationToken cancel = default)
    {
        var address = (staff.NormalizeEmail(email.Trim()) ?? "") is { Length: <= 320 } normal ? normal : "";
        var number = browsers.Open(mark, email);
        if (number is not null && tallies.Take(Browser, number, PerAddress) is not null)
            number = null; // too many wrong passwords: this browser is treated like an unknown one
        var (network, site) = ($"{Networks.Of(from ?? IPAddress.None, 64)}", $"{Networks.Of(from ?? IPAddress.None, 48)}");
        var isLockedOut = false;
        if (number is null)
        {
            if ((tallies.Take(Network, network, PerNetwork) ?? tallies.Take(Site, site, PerSite)) is { } wait)
                return new SignInOutcome.TooMany(wait);
            isLockedOut = tallies.Take(Address, address, PerAddress) is not null;
        }
        var member = await staff.FindByEmailAsync(address);
        using (await work.BeginAsync(cancel))
            if (isLockedOut || member?.PasswordHash is null || password.Length > StaffServices.LongestPassword)
            {
                work.Pretend(password);
                return new SignInOutcome.Refused();
            }
            else if (!await staff.CheckPasswordAsync(member, password))
                return new SignInOutcome.Refused();
        if (number is not null)
            tallies.Clear(Browser, number);
        else
        {
            tallies.GiveBack(Network, network);
            tallies.GiveBack(Site, site);
            tallies.Clear(Address, address);
        }
        return new SignInOutcome.Welcome(member, browsers.Seal(email));
    }
}

/// <summary>Limits the processor time used for hashing passwords.</summary>
public sealed class PasswordWork(IPasswordHasher<StaffMember> hasher) : IDisposable
{
    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly string nobodys = hasher.HashPassword(new StaffMember(), Guid.NewGuid().ToString());

    /// <summary>Waits until a password may be hashed. Dispose of the result afterwards to let the next one in.</summary>
    public async Task<IDisposable> BeginAsync(CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        return new Place(places);
    }

    /// <summary>Takes as much time as checking the password of an existing account.</summary>
    public void Pretend(string password) =>
        hasher.VerifyHashedPassword(new StaffMember(), nobodys, password.Length > StaffServices.LongestPassword
            ? password[..StaffServices.LongestPassword] : password);

    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}

/// <summary>The outcome of an attempt to sign in.</summary>
public abstract record SignInOutcome
{
    /// <param name="Member">The account.</param>
    /// <param name="Mark">The mark for this browser to keep; see <see cref="KnownBrowsers"/>.</param>
    public sealed record Welcome(StaffMember Member, string Mark) : SignInOutcome;

    /// <summary>A wrong address, a wrong password, or too many attempts for this address. The outcome doesn't say which.</summary>
    public sealed record Refused : SignInOutcome;

    /// <param name="RetryAfter">How long this network has to wait.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}
