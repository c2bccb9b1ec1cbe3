using Dispatch.Worker.Mailing;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// All configured relays as one. Each message goes to the relay with the least work relative to its weight. A relay that fails is rested:
/// it receives no messages for five seconds, then for longer after each further failure, up to two minutes.
/// </summary>
/// <remarks>
/// A relay fails if it refuses the connection, the sign-in or every message, answers 421, or does not answer several messages in a row. If
/// our quota is used up, the relay is rested for longer. Once somebody has fixed the problem, <see cref="EndRests"/> puts every relay back
/// to work.
/// </remarks>
public sealed class RelayPool : IDisposable
{
    private readonly Member[] members;
    private readonly MailSigning signing;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource hangUp = new();

    public RelayPool(
        IOptions<MailSettings> mail, DefaultSender sender, IOptions<SiteSettings> site,
        DataFolder data, MailSigning signing, TimeProvider clock, ILogger<RelayPool> log)
    {
        (this.signing, this.clock) = (signing, clock);
        var settings = mail.Value;
        members = [.. settings.AllRelays.Select(relay => new Member(relay,
            Make(relay, HeloNames.Of(relay, settings, sender.From, site.Value), data, clock, hangUp.Token), clock, log, hangUp.Token))];
    }

    /// <summary>The number of messages that can be under way at once.</summary>
    public int Connections => members.Sum(member => member.Settings.Connections);

    /// <summary>Whether there is more than one relay.</summary>
    public bool AreSeveral => members.Length > 1;

    /// <summary>Whether <see cref="Take"/> may have to wait because a relay has a rate limit.</summary>
    public bool IsPaced => members.Any(member => member.Settings.MessagesPerSecond is not null);

    /// <summary>Each relay's address (without password) and status.</summary>
    public IReadOnlyList<RelayStatus> Status => [.. members.Select(member => new RelayStatus(
        member.Relay.Name, member.Busy, member.IsResting ? clock.GetUtcNow() + member.RestLeft : null, member.LastError?.Text))];

    /// <summary>When the first relay will be ready again. Null if a relay is ready now.</summary>
    public DateTimeOffset? RestingUntil =>
        members.Min(member => member.RestLeft) is var soonest && soonest > TimeSpan.Zero ? clock.GetUtcNow() + soonest : null;

    /// <summary>
    /// Why no relay accepts mail at the moment, or null if one does. A fault that needs a person is returned only if every relay has such a
    /// fault.
    /// </summary>
    public SmtpReply? LastError => RestingUntil is null ? null
        : members.Select(member => member.LastError).FirstOrDefault(trouble => trouble?.Kind is ReplyKind.RelayFault)
        ?? members.MinBy(member => member.RestLeft)!.LastError;

    /// <summary>
    /// Signs and hands over one message composed with MimeKit. A reply that blames the relay (<see cref="SmtpReply.IsTheRelays"/>) means
    /// that no relay accepts the message now.
    /// </summary>
    public Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        var mail = signing.Sign(message, sender, recipient);
        return Task.Run(() => Send(mail, mayBegin: null));
    }

    /// <summary>Hands over one message, blocking. A reply that blames the relay means that no relay accepts the message now.</summary>
    /// <param name="mail">The message.</param>
    /// <param name="mayBegin">As for <see cref="IRelay.Send"/>; called again if another relay is tried.</param>
    /// <param name="first">The turn for the first attempt. If null, the method waits for a turn.</param>
    /// <param name="who">The delivery that the message belongs to, or null for a message that isn't part of an issue. A refusal of a
    /// delivery is held (<see cref="SmtpReply.Held"/>) until later messages show whether it concerns the reader or the relay.</param>
    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin, RelayTurn? first = null, Addressee? who = null)
    {
        SmtpReply? reply = null;
        RefusedMail? held = null;
        Member? lacking = null;
        for (var tries = 0; tries < members.Length && (first ?? Choose(except: lacking)) is { } turn; tries++, first = null)
        {
            var asked = reply;
            using (turn)
                reply = turn.Send(mail, mayBegin, who);
            held = reply.Held ?? held;
            if (reply.IsNotOffered && members.Length > 1 && lacking is null)
            {
                lacking = turn.Member; // another relay may offer SMTPUTF8
                continue;
            }
            if (asked is { IsNotOffered: true } && reply.IsTheRelays)
                reply = asked;
            if (!reply.IsTheRelays)
                return With(reply, held);
        }
        if (reply is not { IsNotOffered: true })
            reply = LastError ?? new SmtpReply(ReplyKind.RelayFault, 0, null, reply?.Text ?? "Every relay was resting.");
        return With(reply, held);
    }

    /// <summary>
    /// Waits until a relay's rate limit allows one more message. Returns null if all relays are resting, or if <paramref name="isOver"/>
    /// returned true during the wait. Call this before claiming a delivery, so no claimed delivery has to wait.
    /// </summary>
    /// <param name="isOver">Ends the wait when it returns true. If null, nothing ends the wait early.</param>
    /// <param name="ahead">Whether the message is urgent, and goes before all messages that are not.</param>
    public RelayTurn? Take(Func<bool>? isOver = null, bool ahead = false) => Choose(except: null, isOver, ahead);

    private RelayTurn? Choose(Member? except, Func<bool>? isOver = null, bool ahead = false)
    {
        Member? least = null;
        foreach (var member in members)
            if (member != except && !member.IsResting
                && (least is null || (member.Busy + 1.0) / member.Settings.Weight < (least.Busy + 1.0) / least.Settings.Weight))
                least = member;
        if (least is null)
            return null;
        Interlocked.Increment(ref least.Busy);
        var turn = new RelayTurn(least);
        if (least.Rate.Wait(isOver, ahead))
            return turn;
        turn.Dispose();
        return null;
    }

    private static SmtpReply With(SmtpReply reply, RefusedMail? held) => reply.Held == held ? reply : reply with { Held = held };

    /// <summary>Ends all rests because somebody has fixed the problem. Every relay is then tried immediately.</summary>
    public void EndRests()
    {
        foreach (var member in members)
            member.EndRest();
    }

    /// <summary>
    /// Attributes a series of refusals to its relay, at the end of a run in which nothing was accepted. The relay is rested, and the series
    /// counts against no reader.
    /// </summary>
    internal void Refuses(RefusedMail refusal)
    {
        foreach (var member in members)
            if (member.Refusals == refusal.Relay)
                member.RefusesEverybody(refusal);
    }

    /// <summary>Tests each relay without sending a message.</summary>
    /// <param name="sender">The envelope sender that messages use.</param>
    public Task<IReadOnlyList<RelayProbe>> ProbeAsync(string sender) =>
        Task.Run<IReadOnlyList<RelayProbe>>(() => [.. members.Select(member => member.Relay.Probe(sender))]);

    /// <summary>
    /// Cuts every connection, and opens no more. A message whose content a relay has, without having replied, becomes uncertain.
    /// </summary>
    public void HangUp() => hangUp.Cancel();

    public void Dispose()
    {
        foreach (var member in members)
            member.Relay.Dispose();
        hangUp.Dispose();
    }

    private static IRelay Make(RelaySettings settings, string? helo, DataFolder data, TimeProvider clock, CancellationToken hangUp)
    {
        if (!RelayUrl.TryParse(settings.Url, out var url, out var fault))
            throw new StartException($"Mail:Relays: a Url {fault}");
        return url.Folder is { } folder ? new PickupRelay(data.PathTo(folder), clock)
            : new SmtpRelay(url, settings.Connections, helo, clock, hangUp);
    }

    internal sealed class Member(RelaySettings settings, IRelay relay, TimeProvider clock, ILogger log, CancellationToken hangUp)
    {
        /// <summary>
        /// After this many messages in a row without an answer, the relay is rested. The number is low, because each of these messages may
        /// be delivered twice.
        /// </summary>
        private const int UnansweredInARow = 5;

        private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
        private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

        /// <summary>
        /// How long a relay is rested when our quota is used up. Some providers also count attempts made during the rest, so it is long.
        /// </summary>
        private static readonly TimeSpan RestForQuota = TimeSpan.FromMinutes(15);

        public int Busy;
        private readonly Lock gate = new();
        private readonly long start = clock.GetTimestamp();
        private TimeSpan rested;
        private long restUntil; // in ticks since start, by the monotonic clock
        private int unanswered;

        public RelaySettings Settings => settings;
        public IRelay Relay => relay;
        public RelayRateLimiter Rate { get; } = new(settings.MessagesPerSecond, clock);
        public Refusals Refusals { get; } = new();
        public SmtpReply? LastError { get; private set; }

        // Read by every thread without taking the lock.
        public TimeSpan RestLeft =>
            Interlocked.Read(ref restUntil) is var until and > 0 && until - clock.GetElapsedTime(start).Ticks is > 0 and var left
            ? new TimeSpan(left) : TimeSpan.Zero;
        public bool IsResting => RestLeft > TimeSpan.Zero;

        public void Rest(SmtpReply trouble)
        {
            if (hangUp.IsCancellationRequested)
                return; // we have cut the connection ourselves
            lock (gate)
            {
                LastError = trouble;
                if (IsResting)
                    return; // another connection of the relay failed first, and began the rest
                rested = rested == TimeSpan.Zero ? FirstRest : TimeSpan.FromTicks(Math.Min(rested.Ticks * 2, LongestRest.Ticks));
                if (trouble.About is ReplyAbout.Quota && trouble.Code >= 500)
                    rested = RestForQuota;
                Interlocked.Exchange(ref restUntil, clock.GetElapsedTime(start).Ticks + rested.Ticks);
            }
            log.LogWarning("Relay {Relay} rests for {Rest}: {LastError}", relay.Name, rested, trouble.Text);
        }

        public void Accepted(long begun, Addressee? who)
        {
            unanswered = 0;
            Refusals.Accepted(begun, who);
            Recovered();
        }

        public void Recovered()
        {
            if (LastError is null)
                return;
            lock (gate)
                (LastError, rested, restUntil) = (null, TimeSpan.Zero, 0);
            log.LogInformation("Relay {Relay} accepts email again", relay.Name);
        }

        /// <summary>
        /// Notes that the relay may have the message but did not answer. After several such messages in a row, the relay is rested.
        /// </summary>
        public void Unanswered(SmtpReply reply)
        {
            if (Interlocked.Increment(ref unanswered) >= UnansweredInARow)
                Rest(new SmtpReply(ReplyKind.RelayFault, 0, null,
                    $"{relay.Name} takes one email after another and confirms none, so nobody knows who has received it. "
                    + $"Find out what interferes between it and Dispatch. The last reply: {reply.Text}"));
        }

        /// <summary>Rests the relay because it refuses every message, and attributes the current series of refusals to the relay.</summary>
        public SmtpReply RefusesEverybody(RefusedMail refusal)
        {
            Refusals.Stop();
            var said = refusal.Reply;
            // A quota resets by itself. For any other cause, somebody has to find out what is wrong.
            var trouble = new SmtpReply(
                said.About is ReplyAbout.Quota ? ReplyKind.RelayFault : ReplyKind.RelayRefusal, said.Code, said.EnhancedCode,
                $"{relay.Name} refuses one email after another and has accepted none since: {said.Said}");
            Rest(trouble);
            return trouble;
        }

        public void EndRest()
        {
            lock (gate)
                (rested, restUntil, unanswered) = (TimeSpan.Zero, 0, 0);
        }
    }
}

/// <summary>The right to hand one message to one relay.</summary>
public sealed class RelayTurn : IDisposable
{
    private int over;

    internal RelayTurn(RelayPool.Member member) => Member = member;

    internal RelayPool.Member Member { get; }

    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin, Addressee? who = null)
    {
        var begun = Member.Refusals.Begin();
        var reply = Member.Relay.Send(mail, mayBegin);
        if (reply is { Kind: ReplyKind.RelayFault, Code: 421 } && who?.IsLater?.Invoke(reply.Said) is true)
            reply = reply with { Kind = ReplyKind.Transient };
        switch (reply.Kind)
        {
            case ReplyKind.RelayFault or ReplyKind.RelayRefusal:
                Member.Rest(reply);
                break;
            case ReplyKind.Accepted:
                Member.Accepted(begun, who);
                break;
            case ReplyKind.Unknown:
                Member.Unanswered(reply);
                break;
            case ReplyKind.Permanent when !reply.IsNotOffered:
                return Refused(reply, who, begun);
            case ReplyKind.Transient:
                Member.Recovered();
                break;
        }
        return reply;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref over, 1) == 0)
            Interlocked.Decrement(ref Member.Busy);
    }

    private SmtpReply Refused(SmtpReply reply, Addressee? who, long begun)
    {
        if (reply.About is ReplyAbout.Mailbox)
            Member.Recovered();
        if (who is not { } addressee)
            return reply;
        var refusal = Member.Refusals.Refused(reply, addressee, begun);
        return (refusal.Fate is RefusalFate.OfTheRelay ? Member.RefusesEverybody(refusal) : reply) with { Held = refusal };
    }
}

/// <summary>The status of one relay.</summary>
public sealed record RelayStatus(string Name, int Busy, DateTimeOffset? RestingUntil, string? LastError);
