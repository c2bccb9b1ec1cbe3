using Dispatch.Worker.Addresses;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Limits the load that this worker puts on each receiving domain: the messages under way at once and the messages per second
/// (<see cref="DeliverySettings.PerDomain"/>). A delivery to a domain at its limit is put aside, and other deliveries go first. Domains are
/// kept only in this process's memory: in the database they would reveal which readers share a host.
/// </summary>
public sealed class DomainThrottle(IOptions<DeliverySettings> settings, KeyRing keys, TimeProvider clock)
{
    /// <summary>The number of remembered domains at which idle ones are forgotten for the first time.</summary>
    private const int FewDomains = 1000;

    private readonly Dictionary<string, Domain> domains = [];
    private int forgetAt = FewDomains;

    public bool IsOn => settings.Value.PerDomain is { Connections: not null } or { MessagesPerSecond: not null };

    /// <summary>
    /// Whether a message to this delivery's domain may begin. If so, <see cref="Leave"/> must be called when the message is done.
    /// </summary>
    public bool TryEnter(IThrottledMail work)
    {
        if (!IsOn)
            return true;
        var now = clock.GetTimestamp();
        lock (domains)
        {
            if (!domains.TryGetValue(KeyOf(work), out var domain))
            {
                ForgetIdle(now);
                domains[KeyOf(work)] = domain = new Domain();
            }
            if (domain.UnderWay >= (settings.Value.PerDomain.Connections ?? int.MaxValue) || now < domain.NextAt)
                return false;
            domain.UnderWay++;
            if (settings.Value.PerDomain.MessagesPerSecond is { } rate)
                domain.NextAt = Math.Max(now, domain.NextAt) + (long)(clock.TimestampFrequency / rate);
            return true;
        }
    }

    public void Leave(IThrottledMail work)
    {
        if (!IsOn)
            return;
        lock (domains)
        {
            domains[KeyOf(work)].UnderWay--;
        }
    }

    /// <summary>The number of domains remembered at present.</summary>
    internal int Remembered
    {
        get
        {
            lock (domains)
                return domains.Count;
        }
    }

    // Removes domains for which a new entry would hold the same values. Looks at all of them only when their number has doubled.
    private void ForgetIdle(long now)
    {
        if (domains.Count < forgetAt)
            return;
        foreach (var (name, domain) in domains)
            if (domain.UnderWay == 0 && domain.NextAt <= now)
                domains.Remove(name);
        forgetAt = Math.Max(FewDomains, domains.Count * 2);
    }

    private string KeyOf(IThrottledMail work) => work.Domain ??= DomainOf(work);

    // An address that can't be decrypted has no domain here. Its delivery still gets a turn, so that its failure is recorded.
    private string DomainOf(IThrottledMail work)
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

/// <summary>A message whose domain may be at its limit.</summary>
public interface IThrottledMail
{
    /// <summary>The address that the message goes to; null if the reader has been erased.</summary>
    byte[]? SealedAddress { get; }

    /// <summary>The host of the address, once <see cref="DomainThrottle"/> has looked it up.</summary>
    string? Domain { get; set; }
}
