using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// Decides whether a relay's refusal of a message concerns the message's reader, or whether the relay or we are at fault. If the relay
/// accepts a message that was begun after a refusal, that refusal concerns its reader. If there are too many refusals in a row, the relay
/// or we are at fault, whatever the code.
/// </summary>
/// <remarks>
/// A series of refusals that is the relay's or our fault counts against no reader, not even against readers already recorded as rejected.
/// The limit is higher for refusals that name the mailbox, because an old list may well have many dead mailboxes in a row. A series at one
/// host says nothing about the relay if the relay has accepted the same issue for others. Nor is it judged while the relay has accepted
/// nothing and others are still to be mailed: a small host's readers may fill the head of a list. A provider that is known by name and
/// refuses us as a matter of policy is given more time, for the same reason.
/// </remarks>
internal sealed partial class Refusals
{
    /// <summary>After this many refusals in a row with the same wording, the relay or we are considered at fault.</summary>
    public const int InARow = 10;

    /// <summary>
    /// After this many refusals in a row that name the mailbox, with the same wording, the relay or we are considered at fault.
    /// </summary>
    public const int MailboxesInARow = 25;

    /// <summary>
    /// After this many refusals in a row that don't name the mailbox, in any wording, the relay or we are considered at fault. Some servers
    /// vary their wording each time.
    /// </summary>
    private const int WhateverTheirWords = 30;

    /// <summary>The maximum number of refusals that are held. Beyond this, the oldest refusal is attributed to its reader.</summary>
    private const int Longest = 200;

    private readonly Lock gate = new();
    private List<RefusedMail> row = [];
    private long instants;
    private long stoppedAt;
    private volatile bool any;
    private readonly ConcurrentDictionary<int, (string? First, string? Other)> accepted = []; // two hosts of each issue are enough

    /// <summary>Returns a number for a message that is about to begin. The message's outcome is reported with this number.</summary>
    public long Begin() => Interlocked.Increment(ref instants);

    /// <summary>Reports that a message was accepted. All refusals received before the message began then concern their readers.</summary>
    public void Accepted(long begun, Addressee? who)
    {
        if (who is { } addressee)
            Note(addressee.IssueId, addressee.Host);
        if (!any)
            return;
        lock (gate)
        {
            foreach (var refusal in row)
                if (refusal.HeardAt < begun)
                    refusal.Fate = RefusalFate.InCompany;
            row.RemoveAll(refusal => refusal.Fate is RefusalFate.InCompany);
            any = row.Count > 0;
        }
    }

    /// <summary>Reports that a message was refused.</summary>
    public RefusedMail Refused(SmtpReply reply, Addressee who, long begun)
    {
        lock (gate)
        {
            var refusal = new RefusedMail(this, reply, who, Words(reply), Interlocked.Increment(ref instants));
            if (begun < stoppedAt)
            {
                refusal.Fate = RefusalFate.OfTheRelay; // its message was under way when the series ended
                return refusal;
            }
            row.Add(refusal);
            any = true;
            if (row.Count > Longest)
            {
                row[0].Fate = RefusalFate.InCompany;
                row.RemoveAt(0);
            }
            var (alike, others) = (row.FindAll(other => other.Words == refusal.Words),
                row.FindAll(other => other.Reply.About is not ReplyAbout.Mailbox));
            if ((alike.Count >= (refusal.Reply.About is ReplyAbout.Mailbox ? MailboxesInARow : InARow) && !AreOfTheirHost(alike))
                || (others.Count >= WhateverTheirWords && !AreOfTheirHost(others)))
                End();
            return refusal;
        }
    }

    /// <summary>Whether this relay has accepted a message of an issue since the process began.</summary>
    public bool HasAccepted(int issueId) => accepted.ContainsKey(issueId);

    /// <summary>Returns how many refusals in the current series, including this one, have the same wording as this refusal.</summary>
    public int InRowWith(RefusedMail refusal)
    {
        lock (gate)
            return LikeIt(refusal);
    }

    /// <summary>
    /// Whether all refusals with the same wording come from one host, while the relay has accepted the same issue for another one.
    /// </summary>
    public bool IsOfItsHost(RefusedMail refusal)
    {
        lock (gate)
            return row.FindAll(other => other.Words == refusal.Words) is var alike && AreOfOneHost(alike)
                && HasAcceptedElsewhere(refusal.Who);
    }

    /// <summary>Takes a refusal out of the series: its reader is tried again before anything is decided.</summary>
    public void Forget(RefusedMail refusal)
    {
        lock (gate)
        {
            row.Remove(refusal);
            any = row.Count > 0;
        }
    }

    /// <summary>Attributes the current series of refusals to the relay, and begins a new series.</summary>
    public void Stop()
    {
        lock (gate)
            End();
    }

    private bool AreOfTheirHost(List<RefusedMail> refused) => AreOfOneHost(refused) && (HasAcceptedElsewhere(refused[^1].Who)
        || (refused[^1].Who.OthersCanTell && refused.Count < WhateverTheirWords && !HasAccepted(refused[^1].Who.IssueId))
        || (refused[^1] is { Who.IsProvider: true, Reply.About: ReplyAbout.Policy or ReplyAbout.Content }
            && refused.Count < WhateverTheirWords));

    private static bool AreOfOneHost(List<RefusedMail> refused) =>
        refused is [{ Who.Host: { } host }, ..] && refused.TrueForAll(other => other.Who.Host == host);

    private bool HasAcceptedElsewhere(Addressee who) => accepted.TryGetValue(who.IssueId, out var hosts)
        && ((hosts.First is { } first && first != who.Host) || (hosts.Other is { } other && other != who.Host));

    private void Note(int issueId, string? host)
    {
        if (!accepted.TryGetValue(issueId, out var known))
            accepted[issueId] = (host, null);
        else if (known.Other is null && known.First != host)
            accepted[issueId] = (known.First ?? host, known.First is null ? null : host);
    }

    private int LikeIt(RefusedMail refusal) => row.Count(other => other.Words == refusal.Words);

    private void End()
    {
        foreach (var refusal in row)
            (refusal.Row, refusal.Fate) = (row, RefusalFate.OfTheRelay);
        (row, any, stoppedAt) = ([], false, Interlocked.Increment(ref instants));
    }

    // The wording of a reply, without the parts that differ each time: numbers, queue ids, addresses. The reader's address has
    // already been removed.
    private static string Words(SmtpReply reply) => $"{reply.Code} {reply.EnhancedCode} {Particular().Replace(reply.Text, "#")}";

    [GeneratedRegex(@"\S*\d\S*|https?://\S+|\([^()\s]+\)|\b\w*[a-z][A-Z]\w*[A-Z]\w*\b|<[^<>]*>")]
    private static partial Regex Particular();
}

/// <summary>Identifies the ledger row of a message.</summary>
public readonly record struct Addressee(int IssueId, int Chunk, long SubscriberId)
{
    /// <summary>The recipient's provider if it is known by name, or else the recipient's domain. Null if unknown.</summary>
    public string? Host { get; init; }

    /// <summary>Whether <see cref="Host"/> is a provider that is known by name.</summary>
    public bool IsProvider { get; init; }

    /// <summary>
    /// Whether other readers of the issue are still to be mailed. If all refusals come from one host, these readers tell whether they are
    /// that host's doing or the relay's.
    /// </summary>
    public bool OthersCanTell { get; init; }

    /// <summary>
    /// Whether a reply, with its codes, is the "later" of the recipient's provider. If null, no reply is known to be. Such a 421 is passed
    /// on by a relay that is well itself.
    /// </summary>
    public Func<string, bool>? IsLater { get; init; }
}

/// <summary>A refusal, and whom it turned out to concern.</summary>
public sealed class RefusedMail
{
    private volatile RefusalFate fate;

    internal RefusedMail(Refusals relay, SmtpReply reply, Addressee who, string words, long heardAt) =>
        (Relay, Reply, Who, Words, HeardAt) = (relay, reply, who, words, heardAt);

    public SmtpReply Reply { get; }
    public Addressee Who { get; }

    /// <summary>
    /// The series of refusals that turned out to be the relay's fault, including this refusal. Empty if this refusal is not part of such a
    /// series.
    /// </summary>
    public IReadOnlyList<RefusedMail> Row { get; internal set; } = [];

    public RefusalFate Fate { get => fate; internal set => fate = value; }

    internal Refusals Relay { get; }
    internal string Words { get; }
    internal long HeardAt { get; }
}

public enum RefusalFate
{
    /// <summary>Undecided: no later message has been accepted, and there are few refusals so far.</summary>
    Open,

    /// <summary>The refusal concerns its reader, since later messages to others were accepted.</summary>
    InCompany,

    /// <summary>The fault is the relay's or ours. The refusal doesn't count against any reader.</summary>
    OfTheRelay,
}
