using Dispatch.Worker.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// All configured relays as one. Each mail goes to the relay with the least to do for its weight. A relay that fails (refuses the
/// connection or the sign-in, answers 421) is rested, five seconds at first and up to two minutes, and the mail goes to another
/// if there is one; the first mail after the rest shows whether it is back.
/// </summary>
public sealed class RelayPool : IAsyncDisposable
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    private readonly Member[] members;
    private readonly TimeProvider clock;
    private readonly ILogger<RelayPool> log;

    public RelayPool(IOptions<MailSettings> settings, DataFolder data, TimeProvider clock, ILogger<RelayPool> log)
    {
        this.clock = clock;
        this.log = log;
        members = [.. settings.Value.AllRelays.Select(relay => new Member(relay, Make(relay, data, clock), new Pace(relay.MessagesPerSecond, clock)))];
    }

    /// <summary>How many mails can be under way at once.</summary>
    public int Connections => members.Sum(member => member.Settings.Connections);

    /// <summary>Each relay's address (without password) and how it fares.</summary>
    public IReadOnlyList<RelayStatus> Status => [.. members.Select(member => new RelayStatus(member.Relay.Name, member.Busy, member.RestUntil > clock.GetUtcNow() ? member.RestUntil : null, member.Trouble))];

    /// <summary>When a relay will be ready again; null when one is.</summary>
    public DateTimeOffset? RestingUntil
    {
        get
        {
            var soonest = members.Min(member => member.RestUntil);
            return soonest > clock.GetUtcNow() ? soonest : null;
        }
    }

    /// <summary>Why no relay can take mail just now; null when one can.</summary>
    public string? Trouble => RestingUntil is null ? null : members.MinBy(member => member.RestUntil)!.Trouble;

    /// <summary>Hands over one mail for one recipient. A <see cref="ReplyKind.RelayFault"/> means that no relay can take it now.</summary>
    public async Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        SmtpReply? reply = null;
        for (var tries = 0; tries < members.Length && Next() is { } member; tries++)
        {
            Interlocked.Increment(ref member.Busy);
            try
            {
                await member.Pace.WaitAsync();
                reply = await member.Relay.SendAsync(message, sender, recipient);
            }
            finally
            {
                Interlocked.Decrement(ref member.Busy);
            }
            if (reply.Kind is not ReplyKind.RelayFault)
            {
                Recovered(member);
                return reply;
            }
            Rest(member, reply.Text);
        }
        return reply ?? new SmtpReply(ReplyKind.RelayFault, 0, null, Trouble ?? "Every relay is resting.");
    }

    /// <summary>Asks each relay whether it would take mail; null where it would.</summary>
    public async Task<IReadOnlyList<(string Name, string? Fault)>> ProbeAsync(CancellationToken cancel)
    {
        var found = new List<(string, string?)>();
        foreach (var member in members)
            found.Add((member.Relay.Name, await member.Relay.ProbeAsync(cancel)));
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
            await member.Relay.DisposeAsync();
    }

    private Member? Next()
    {
        var now = clock.GetUtcNow();
        return members.Where(member => member.RestUntil <= now).MinBy(member => (member.Busy + 1.0) / member.Settings.Weight);
    }

    private void Rest(Member member, string trouble)
    {
        lock (member)
        {
            var now = clock.GetUtcNow();
            member.Trouble = trouble;
            if (member.RestUntil > now)
                return; // its other connections failed with this one
            member.Rested = member.Rested == TimeSpan.Zero ? FirstRest : TimeSpan.FromTicks(Math.Min(member.Rested.Ticks * 2, LongestRest.Ticks));
            member.RestUntil = now + member.Rested;
        }
        log.LogWarning("Relay {Relay} rests for {Rest}: {Trouble}", member.Relay.Name, member.Rested, trouble);
    }

    private void Recovered(Member member)
    {
        if (member.Trouble is null)
            return;
        lock (member)
            (member.Trouble, member.Rested, member.RestUntil) = (null, TimeSpan.Zero, DateTimeOffset.MinValue);
        log.LogInformation("Relay {Relay} takes mail again", member.Relay.Name);
    }

    private static IRelay Make(RelaySettings settings, DataFolder data, TimeProvider clock)
    {
        if (!RelayUrl.TryParse(settings.Url, out var url, out var fault))
            throw new StartException($"Mail:Relays: a Url {fault}");
        return url.Folder is { } folder ? new PickupRelay(data.PathTo(folder), clock) : new SmtpRelay(url, settings.Connections, clock);
    }

    private sealed class Member(RelaySettings settings, IRelay relay, Pace pace)
    {
        public RelaySettings Settings => settings;
        public IRelay Relay => relay;
        public Pace Pace => pace;
        public int Busy;
        public TimeSpan Rested;
        public DateTimeOffset RestUntil = DateTimeOffset.MinValue;
        public string? Trouble;
    }
}

/// <summary>How one relay fares.</summary>
public sealed record RelayStatus(string Name, int Busy, DateTimeOffset? RestingUntil, string? Trouble);
