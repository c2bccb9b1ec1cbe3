using System.Collections.Concurrent;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Limits the load that this worker puts on each provider, or on each domain without a known one: the messages under way at once and the
/// messages per second (<see cref="MailProvider"/>, or else <see cref="DeliverySettings.PerDomain"/>). A delivery to a provider at its
/// limit is put aside, and other deliveries go first. A provider that said "later" in words that ask for a pause gets nothing for a while.
/// </summary>
/// <remarks>
/// Domains are kept only in this process's memory: in the database they would reveal which readers share a host.
/// </remarks>
public sealed class DomainThrottle
{
    /// <summary>The number of remembered domains at which idle ones are forgotten for the first time.</summary>
    private const int FewDomains = 1000;

    private readonly DeliverySettings settings;
    private readonly ProviderTable providers;
    private readonly KeyRing keys;
    private readonly TimeProvider clock;
    private readonly bool limits;
    private readonly Dictionary<string, Domain> domains = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> paused = [];
    private volatile bool anyPaused;
    private int forgetAt = FewDomains;

    public DomainThrottle(
        IOptions<DeliverySettings> settings, ProviderTable providers, RelayPool relays, KeyRing keys, TimeProvider clock)
    {
        (this.settings, this.providers, this.keys, this.clock) = (settings.Value, providers, keys, clock);
        // A provider that takes more connections than there are is not limited, and the lookup is saved.
        limits = this.settings.PerDomain is { Connections: not null } or { MessagesPerSecond: not null }
            || providers.All.Any(provider => provider.MessagesPerSecond is not null || provider.Connections < relays.Connections);
    }

    /// <summary>The providers known by name that get nothing at present, each with the end of its pause.</summary>
    public IReadOnlyList<(string Provider, DateTimeOffset Until)> Paused => [.. providers.All
        .Select(provider => (provider.Name, Until: paused.GetValueOrDefault(provider.Name))).Where(one => one.Until > clock.GetUtcNow())];

    /// <summary>Sends nothing to a provider, or to a domain without a known one, for a while.</summary>
    internal void Pause(string key, TimeSpan time)
    {
        var until = clock.GetUtcNow() + time;
        paused.AddOrUpdate(key, until, (_, known) => known > until ? known : until);
        anyPaused = true;
    }

    /// <summary>
    /// Returns until when a delivery has to wait because its provider is paused, or null if it isn't. A delivery whose retries would run
    /// out meanwhile does not wait.
    /// </summary>
    internal DateTimeOffset? PausedUntil(DueDelivery work)
    {
        if (!anyPaused)
            return null;
        var now = clock.GetUtcNow();
        var key = KeyOf(work);
        if (!paused.TryGetValue(key, out var until))
            return null;
        if (until <= now)
        {
            if (paused.TryRemove(new(key, until)))
                anyPaused = !paused.IsEmpty;
            return null;
        }
        return work.FirstAttemptAt + settings.RetryFor <= now ? null : until;
    }

    /// <summary>
    /// Whether a message may begin. If so, <see cref="Leave"/> must be called when the message is done.
    /// </summary>
    public bool TryEnter(IThrottledMail work)
    {
        if (!limits)
            return true;
        var provider = providers.Find(DomainOf(work));
        var key = provider?.Name ?? DomainOf(work);
        var now = clock.GetTimestamp();
        lock (domains)
        {
            if (!domains.TryGetValue(key, out var domain))
            {
                ForgetIdle(now);
                domains[key] = domain = new Domain();
            }
            if (domain.UnderWay >= (provider?.Connections ?? settings.PerDomain.Connections ?? int.MaxValue) || now < domain.NextAt)
                return false;
            domain.UnderWay++;
            if ((provider?.MessagesPerSecond ?? settings.PerDomain.MessagesPerSecond) is { } rate)
                domain.NextAt = Math.Max(now, domain.NextAt) + (long)(clock.TimestampFrequency / rate);
            work.EnteredAs = key;
            return true;
        }
    }

    public void Leave(IThrottledMail work)
    {
        if (work.EnteredAs is not { } key)
            return;
        work.EnteredAs = null;
        lock (domains)
        {
            domains[key].UnderWay--;
        }
    }

    /// <summary>The name under which a message's limits are counted: its provider or, without a known one, its domain.</summary>
    internal string KeyOf(IThrottledMail work) => providers.Find(DomainOf(work))?.Name ?? DomainOf(work);

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

    private string DomainOf(IThrottledMail work) => work.Domain ??= Opened(work);

    // An address that can't be decrypted has no domain here. Its delivery still gets a turn, so that its failure is recorded.
    private string Opened(IThrottledMail work)
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

    /// <summary>The host of the address, in lower case and ASCII, once it was looked up.</summary>
    string? Domain { get; set; }

    /// <summary>The name under which the message counts as under way, or null if it doesn't.</summary>
    string? EnteredAs { get; set; }
}
