using System.Globalization;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Limits how many messages an address gets because somebody typed it. Each mailbox has <see cref="SubscriptionSettings.PerAddressPerDay"/>
/// places, and a message takes one of them for 24 hours. Addresses that differ only in a tag (<c>ana+news@</c>) belong to the same mailbox.
/// </summary>
/// <remarks>
/// Each place is a tally, stored under a keyed hash. It stays taken if the reader who typed the address is erased, but is deleted if the
/// owner of the address is erased.
/// </remarks>
public sealed class MailsToAddress(KeyRing ring, IOptions<SubscriptionSettings> settings)
{
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private const int PlacesAtOnce = 500;

    /// <summary>
    /// Counts one message to the address, and returns whether the address may be asked for a confirmation now. Returns false if the address
    /// has had all its messages for the day, or is suppressed. Both are always checked, so timing reveals nothing.
    /// </summary>
    public async Task<bool> MayAskAsync(DispatchDb db, EmailAddress address, DateTimeOffset now, CancellationToken cancel) =>
        await TakeAsync(db, address, now, cancel) & await db.MayBeMailedAsync(ring.HashOf(address), asks: true, cancel);

    /// <summary>
    /// Takes a free place of the mailbox, in the caller's transaction. Until the transaction ends, anybody else who wants the same place
    /// waits. Returns false if no place is free.
    /// </summary>
    private async Task<bool> TakeAsync(DispatchDb db, EmailAddress address, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var place in Places(address))
            if (await db.CountAsync(place, 1, 1, now, Day, cancel))
                return true;
        return false;
    }

    public async Task ForgetAsync(DispatchDb db, EmailAddress address, CancellationToken cancel)
    {
        foreach (var places in Places(address).Chunk(PlacesAtOnce)) // in the same order as TakeAsync, to avoid a deadlock
            await db.SignUpTallies.Where(tally => places.Contains(tally.Key)).ExecuteDeleteAsync(cancel);
    }

    /// <summary>
    /// Returns the keys of the tallies that limit messages to the address, in the order in which they are taken. Each is computed when it
    /// is asked for, since the limit may be any number.
    /// </summary>
    internal IEnumerable<byte[]> Places(EmailAddress address)
    {
        var mailbox = Encoding.UTF8.GetBytes(address.MailboxKey);
        return Enumerable.Range(0, settings.Value.PerAddressPerDay)
            .Select(place => ring.MarkOf(string.Create(CultureInfo.InvariantCulture, $"mails/{place}"), mailbox));
    }
}
