using System.Net;
using Dispatch.Worker.Addresses;
using Microsoft.AspNetCore.Identity;

namespace Dispatch.Worker.Staff;

/// <summary>
/// Whether an address and a password belong together. A stranger cannot tell which addresses have an account: each try looks the address up
/// and computes one hash, whether or not there is an account, whether or not it has a password yet, and even when the try can no longer
/// succeed; and a failed try writes nothing.
/// </summary>
/// <remarks>
/// What counts is what was typed, whether or not it exists, and only failures count. From one network, 30 tries in ten minutes are let
/// through to the hash (120 from an IPv6 site of many networks). An address gets eight from browsers that have never signed in with it;
/// after those, even the right password fails there. A browser that has signed in with it before has a separate count of eight and is
/// subject to neither limit, so nobody can lock it out from elsewhere. Hashing takes at most half of the processors: a flood leaves the
/// rest to readers.
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
            number = null; // it has guessed too often itself: from here on it is treated like any other browser
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

/// <summary>The processor time available for hashing passwords.</summary>
public sealed class PasswordWork(IPasswordHasher<StaffMember> hasher) : IDisposable
{
    private readonly SemaphoreSlim places = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly string nobodys = hasher.HashPassword(new StaffMember(), Guid.NewGuid().ToString());

    /// <summary>Waits for a place, which is freed when the returned object is disposed of.</summary>
    public async Task<IDisposable> BeginAsync(CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        return new Place(places);
    }

    /// <summary>Does the work that checking an existing account's password takes.</summary>
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
    /// <param name="Member">Who it is.</param>
    /// <param name="Mark">For this browser to keep; see <see cref="KnownBrowsers"/>.</param>
    public sealed record Welcome(StaffMember Member, string Mark) : SignInOutcome;

    /// <summary>A wrong address, a wrong password, or too many attempts for this address: it does not say which.</summary>
    public sealed record Refused : SignInOutcome;

    /// <param name="RetryAfter">How long this network has to wait.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}
