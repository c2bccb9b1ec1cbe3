using System.Collections.Concurrent;
using System.Threading.Channels;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Providers;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Watches how providers answer an issue. Several refusals in a row because of us, with one text and with no message accepted in between,
/// are <see cref="ProviderTrouble"/>. A "later" in the provider's own words pauses the provider (<see cref="DomainThrottle"/>). Both are
/// kept in memory: each worker hears for itself.
/// </summary>
public sealed class ProviderAnswers(ProviderTable providers, DomainThrottle throttle, IOptions<ProviderSettings> settings)
{
    /// <summary>
    /// A domain without a known provider needs so many times more refusals: a handful of readers at a small host must not stop an issue.
    /// </summary>
    private const int NamelessFactor = 2;

    private readonly ConcurrentDictionary<(int IssueId, string Key), Row> rows = [];
    private volatile bool any;

    /// <summary>Notes a reply to one of a run's deliveries. Called by every sending thread for every message.</summary>
    /// <param name="run">The run.</param>
    /// <param name="domain">The recipient's domain.</param>
    /// <param name="provider">The provider that serves the domain, or null if none is known.</param>
    /// <param name="reply">The reply.</param>
    internal void Heard(ChunkRun run, string domain, MailProvider? provider, SmtpReply reply)
    {
        if (reply.Kind is not (ReplyKind.Accepted or ReplyKind.Transient or ReplyKind.Permanent))
            return;
        if (reply.Kind is ReplyKind.Transient && providers.RulesOf(provider)?.PauseAfter(reply.Said) is { } time)
            throttle.Pause(provider?.Name ?? domain, time);
        if (reply.Kind is not ReplyKind.Permanent)
            run.Answers.Add(provider?.Name ?? MailProvider.Other, reply.Kind is ReplyKind.Accepted);
        var key = (run.IssueId, provider?.Name ?? domain);
        if (reply.Kind is ReplyKind.Accepted && any && rows.TryRemove(key, out _))
            any = !rows.IsEmpty;
        if (reply is { Kind: ReplyKind.Permanent, Held: { } refusal } && IsAboutUs(reply))
            Refused(run, key, provider, refusal);
    }

    /// <summary>Whether a refusal is about us, and not about its reader or the reader's host.</summary>
    public static bool IsAboutUs(SmtpReply reply) => reply.About is not (ReplyAbout.Mailbox or ReplyAbout.Host) && !reply.IsNotOffered;

    private void Refused(ChunkRun run, (int IssueId, string Key) key, MailProvider? provider, RefusedMail refusal)
    {
        var most = (provider?.InARow ?? settings.Value.InARow) * (provider is null ? NamelessFactor : 1);
        if (most == 0)
            return;
        var row = rows.AddOrUpdate(key, _ => new Row(refusal.Words, 1),
            (_, known) => known.Words == refusal.Words ? known with { Count = known.Count + 1 } : new Row(refusal.Words, 1));
        any = true;
        if (row.Count % most == 0)
            run.Answers.Troubles.Writer.TryWrite(new(provider?.Name, refusal.Reply, row.Count, Of: null));
    }

    private sealed record Row(string Words, int Count);
}

/// <summary>A provider that refuses an issue because of us.</summary>
/// <param name="Provider">The provider's name, or null for a domain without a known one.</param>
/// <param name="Reply">The last refusal.</param>
/// <param name="Count">How many refusals there were.</param>
/// <param name="Of">How many messages the provider has answered, or null if all the refusals came in a row.</param>
public sealed record ProviderTrouble(string? Provider, SmtpReply Reply, int Count, int? Of)
{
    /// <summary>What happened and what to do, as a sentence or two for people.</summary>
    public string Sentence =>
        $"{Provider ?? "One provider"} refuses this issue because of us, not because of its readers: {Count:N0} emails "
        + $"{(Of is { } of ? $"of {of:N0}, the last" : "in a row")} with “{Reply.Said}”. Find out why (authentication, block lists, "
        + "sending rate), then resume: the readers concerned are pending and get the issue then.";
}

/// <summary>What the providers answered to one run.</summary>
internal sealed class RunAnswers
{
    private readonly Dictionary<string, (int Accepted, int Deferred)> sums = [];
    private readonly TaskCompletionSource anyAccepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Troubles that were noticed. <see cref="Decisions.ProviderHolds"/> reads them while the run goes on.</summary>
    public Channel<ProviderTrouble> Troubles { get; } = Channel.CreateUnbounded<ProviderTrouble>();

    /// <summary>Completes when the first message has been accepted.</summary>
    public Task AnyAccepted => anyAccepted.Task;

    public void Add(string provider, bool accepted)
    {
        if (accepted)
            anyAccepted.TrySetResult();
        lock (sums)
        {
            var (yes, later) = sums.GetValueOrDefault(provider);
            sums[provider] = accepted ? (yes + 1, later) : (yes, later + 1);
        }
    }

    /// <summary>The messages accepted and deferred so far, by provider.</summary>
    public IReadOnlyDictionary<string, (int Accepted, int Deferred)> Sums
    {
        get
        {
            lock (sums)
                return new Dictionary<string, (int, int)>(sums);
        }
    }
}
