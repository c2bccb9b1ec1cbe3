using Dispatch.Worker.Hosting;
using Dispatch.Worker.Signing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// All configured relays as one. Each mail goes to the relay with the least to do for its weight. A relay that fails (refuses the
/// connection or the sign-in, answers 421) is rested, five seconds at first and up to two minutes, and the mail goes to another
/// if there is one; the first mail after the rest shows whether it is back.
/// </summary>
public sealed class RelayPool : IDisposable
{
    private readonly Member[] members;
    private readonly DkimSigners signers;
    private readonly TimeProvider clock;

    public RelayPool(IOptions<MailSettings> settings, DataFolder data, DkimSigners signers, TimeProvider clock, ILogger<RelayPool> log)
    {
        (this.signers, this.clock) = (signers, clock);
        members = [.. settings.Value.AllRelays.Select(relay => new Member(relay, Make(relay, data, clock), clock, log))];
    }

    /// <summary>How many mails can be under way at once.</summary>
    public int Connections => members.Sum(member => member.Settings.Connections);

    /// <summary>Whether <see cref="Take"/> may have to wait for a relay's rate.</summary>
    public bool IsPaced => members.Any(member => member.Settings.MessagesPerSecond is not null);

    /// <summary>Each relay's address (without password) and how it fares.</summary>
    public IReadOnlyList<RelayStatus> Status => [.. members.Select(member => new RelayStatus(member.Relay.Name, member.Busy, member.RestUntil > clock.GetUtcNow() ? member.RestUntil : null, member.Trouble?.Text))];

    /// <summary>When a relay will be ready again; null when one is.</summary>
    public DateTimeOffset? RestingUntil
    {
        get
        {
            var soonest = members.Min(member => member.RestUntil);
            return soonest > clock.GetUtcNow() ? soonest : null;
        }
    }

    /// <summary>
    /// Why no relay can take mail just now; null when one can. What time may mend comes first: a person is needed when every relay
    /// needs one.
    /// </summary>
    public SmtpReply? Trouble => RestingUntil is null ? null
        : members.Select(member => member.Trouble).FirstOrDefault(trouble => trouble?.Kind is ReplyKind.RelayFault) ?? members.MinBy(member => member.RestUntil)!.Trouble;

    /// <summary>Signs and hands over one mail put together by MimeKit. A reply that is the relay's (<see cref="SmtpReply.IsTheRelays"/>) means that none can take it now.</summary>
    public Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        var mail = WireMail.Of(message, sender, recipient);
        if (signers.For(message.From.Mailboxes.First().Domain) is { All.Count: > 0 } mine)
        {
            Span<byte> hash = stackalloc byte[BodyHash.Length];
            BodyHash.Of(mail.Body[0], hash);
            mail.Sign(mine, hash, clock.GetUtcNow());
        }
        return Task.Run(() => Send(mail, mayBegin: null));
    }

    /// <summary>Hands over one mail, blocking. A reply that is the relay's means that none can take it now.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="mayBegin">As for <see cref="IRelay.Send"/>; it may be asked again when another relay is tried.</param>
    /// <param name="first">The turn to begin with; without one it is waited for.</param>
    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin, RelayTurn? first = null)
    {
        SmtpReply? reply = null;
        for (var tries = 0; tries < members.Length && (first ?? Take()) is { } turn; tries++, first = null)
        {
            using (turn)
                reply = turn.Send(mail, mayBegin);
            if (!reply.IsTheRelays)
                return reply;
        }
        return Trouble ?? new SmtpReply(ReplyKind.RelayFault, 0, null, reply?.Text ?? "Every relay was resting.");
    }

    /// <summary>
    /// Waits until a relay may be given one mail more, by its rate; null when all are resting, or <paramref name="isOver"/> said so while
    /// it waited. To be taken before a delivery is claimed, so that none is claimed and then waits.
    /// </summary>
    public RelayTurn? Take(Func<bool>? isOver = null)
    {
        var now = clock.GetUtcNow();
        Member? least = null;
        foreach (var member in members)
            if (member.RestUntil <= now && (least is null || (member.Busy + 1.0) / member.Settings.Weight < (least.Busy + 1.0) / least.Settings.Weight))
                least = member;
        if (least is null)
            return null;
        Interlocked.Increment(ref least.Busy);
        var turn = new RelayTurn(least);
        if (least.Pace.Wait(isOver))
            return turn;
        turn.Dispose();
        return null;
    }

    /// <summary>Lets every relay be tried at once: somebody has mended what was wrong.</summary>
    public void EndRests()
    {
        foreach (var member in members)
            member.EndRest();
    }

    /// <summary>Asks each relay whether it would take mail; null where it would.</summary>
    public Task<IReadOnlyList<(string Name, string? Fault)>> ProbeAsync() =>
        Task.Run<IReadOnlyList<(string, string?)>>(() => [.. members.Select(member => (member.Relay.Name, member.Relay.Probe()))]);

    public void Dispose()
    {
        foreach (var member in members)
            member.Relay.Dispose();
    }

    private static IRelay Make(RelaySettings settings, DataFolder data, TimeProvider clock)
    {
        if (!RelayUrl.TryParse(settings.Url, out var url, out var fault))
            throw new StartException($"Mail:Relays: a Url {fault}");
        return url.Folder is { } folder ? new PickupRelay(data.PathTo(folder), clock) : new SmtpRelay(url, settings.Connections, clock);
    }

    internal sealed class Member(RelaySettings settings, IRelay relay, TimeProvider clock, ILogger log)
    {
        private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
        private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

        public int Busy;
        private TimeSpan rested;
        private long restUntil; // UTC ticks

        public RelaySettings Settings => settings;
        public IRelay Relay => relay;
        public Pace Pace { get; } = new(settings.MessagesPerSecond, clock);
        public DateTimeOffset RestUntil => new(Interlocked.Read(ref restUntil), TimeSpan.Zero); // read without the lock by every thread
        public SmtpReply? Trouble { get; private set; }

        public void Rest(SmtpReply trouble)
        {
            lock (this)
            {
                var now = clock.GetUtcNow();
                Trouble = trouble;
                if (RestUntil > now)
                    return; // its other connections failed with this one
                rested = rested == TimeSpan.Zero ? FirstRest : TimeSpan.FromTicks(Math.Min(rested.Ticks * 2, LongestRest.Ticks));
                Interlocked.Exchange(ref restUntil, (now + rested).UtcTicks);
            }
            log.LogWarning("Relay {Relay} rests for {Rest}: {Trouble}", relay.Name, rested, trouble.Text);
        }

        public void Recovered()
        {
            if (Trouble is null)
                return;
            lock (this)
                (Trouble, rested, restUntil) = (null, TimeSpan.Zero, 0);
            log.LogInformation("Relay {Relay} takes mail again", relay.Name);
        }

        public void EndRest()
        {
            lock (this)
                (rested, restUntil) = (TimeSpan.Zero, 0);
        }
    }
}

/// <summary>The right to hand one mail to one relay.</summary>
public sealed class RelayTurn : IDisposable
{
    private readonly RelayPool.Member member;

    internal RelayTurn(RelayPool.Member member) => this.member = member;

    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin)
    {
        var reply = member.Relay.Send(mail, mayBegin);
        if (reply.IsTheRelays)
            member.Rest(reply);
        else if (reply.Kind is not ReplyKind.NotBegun)
            member.Recovered();
        return reply;
    }

    public void Dispose() => Interlocked.Decrement(ref member.Busy);
}

/// <summary>How one relay fares.</summary>
public sealed record RelayStatus(string Name, int Busy, DateTimeOffset? RestingUntil, string? Trouble);
