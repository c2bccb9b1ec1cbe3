using Dispatch.Worker.Addresses;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Keeps this worker from pressing one receiving domain too hard: it limits the mails under way at once and the mails per second
/// (<see cref="DeliverySettings.PerDomain"/>). Domains are read from the sealed addresses and stay in this process's memory: in the
/// database they would reveal which readers share a host. A delivery whose domain has no room is put aside, and others go before it.
/// </summary>
public sealed class DomainThrottle(IOptions<DeliverySettings> settings, KeyRing keys, TimeProvider clock)
{
    private readonly Dictionary<string, Domain> domains = [];

    public bool IsOn => settings.Value.PerDomain is { Connections: not null } or { MessagesPerSecond: not null };

    /// <summary>Whether a mail to this domain may begin; then <see cref="Leave"/> must follow.</summary>
    public bool TryEnter(DueDelivery work)
    {
        if (!IsOn)
            return true;
        var now = clock.GetTimestamp();
        lock (domains)
        {
            if (!domains.TryGetValue(KeyOf(work), out var domain))
                domains[KeyOf(work)] = domain = new Domain();
            if (domain.UnderWay >= (settings.Value.PerDomain.Connections ?? int.MaxValue) || now < domain.NextAt)
                return false;
            domain.UnderWay++;
            if (settings.Value.PerDomain.MessagesPerSecond is { } rate)
                domain.NextAt = Math.Max(now, domain.NextAt) + (long)(clock.TimestampFrequency / rate);
            return true;
        }
    }

    public void Leave(DueDelivery work)
    {
        if (!IsOn)
            return;
        lock (domains)
        {
            var domain = domains[KeyOf(work)];
            if (--domain.UnderWay == 0 && domain.NextAt <= clock.GetTimestamp())
                domains.Remove(KeyOf(work)); // it would be the same as a new one
        }
    }

    private string KeyOf(DueDelivery work) => work.Domain ??= DomainOf(work);

    // An address that can't be read is not mailed; it still gets its turn, so that the ledger hears of it.
    private string DomainOf(DueDelivery work)
    {
        try
        {
            return work.SealedAddress is { } address ? EmailAddress.Stored(keys.Open(address, Subscriber.AddressPurpose)).AsciiDomain : "";
        }
        catch (KeyRingException)
        {
            return "";
        }
    }

    private sealed class Domain
    {
        public int UnderWay;
        public long NextAt;
    }
}
