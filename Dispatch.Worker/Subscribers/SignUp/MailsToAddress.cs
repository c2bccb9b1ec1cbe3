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
/// How often an address is mailed because somebody typed it in, no matter who or where: into the form, through the API, or as a reader's
/// new address. It has <see cref="SubscriptionSettings.PerAddressPerDay"/> places; a mail takes one for a day, so no 24 hours see more,
/// even if one of those who typed it in is erased in between. Addresses that differ only in a tag (<c>ana+news@</c>) share the places of
/// their mailbox. A place is a tally under a keyed hash; when the address itself is erased its places go too, since nothing but its
/// suppression is to stay.
/// </summary>
public sealed class MailsToAddress(KeyRing ring, IOptions<SubscriptionSettings> settings)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether an address may be asked for a confirmation now: it takes a place, and is not suppressed. Both are always checked, so that
    /// timing reveals nothing. In the caller's transaction, which gives the place back if it is not committed.
    /// </summary>
    public async Task<bool> MayAskAsync(DispatchDb db, EmailAddress address, DateTimeOffset now, CancellationToken cancel) =>
        await TakeAsync(db, address, now, cancel) & await db.MayBeMailedAsync(ring.HashOf(address), asks: true, cancel);

    /// <summary>Takes a place in the caller's transaction, and others wait for that to end. False: there is none left today.</summary>
    private async Task<bool> TakeAsync(DispatchDb db, EmailAddress address, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var place in Places(address))
            if (await db.CountAsync(place, 1, 1, now, Day, cancel))
                return true;
        return false;
    }

    public async Task ForgetAsync(DispatchDb db, EmailAddress address, CancellationToken cancel)
    {
        foreach (var place in Places(address)) // in the order they are taken in, or the two could wait for each other
            await db.SignUpTallies.Where(tally => tally.Key == place).ExecuteDeleteAsync(cancel);
    }

    private IEnumerable<byte[]> Places(EmailAddress address)
    {
        var mailbox = Encoding.UTF8.GetBytes(address.MailboxKey);
        return Enumerable.Range(0, settings.Value.PerAddressPerDay)
            .Select(place => ring.MarkOf(string.Create(CultureInfo.InvariantCulture, $"mails/{place}"), mailbox));
    }
}
