using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// Interprets one relay's refusals by what surrounds them. A refusal is a fact about one reader only if others are being accepted: so each
/// is held until a mail that was begun after it is accepted, or until there are so many in a row that they can only be about the relay or
/// us, whatever their code. Then they count against nobody, including those already attributed in that row, and the relay is left alone.
/// Dead mailboxes do come in rows, at the head of an old list, so for them the limit is higher.
/// </summary>
internal sealed partial class Refusals
{
    /// <summary>This many in a row with the same wording, and nobody accepted, are the relay's or ours.</summary>
    public const int InARow = 10;

    /// <summary>The same for refusals that name the mailbox.</summary>
    public const int MailboxesInARow = 25;

    /// <summary>This many in a row that don't name the mailbox, whatever their wording: some servers vary it each time.</summary>
    private const int WhateverTheirWords = 30;

    /// <summary>No more than this are remembered: they are dead mailboxes in varied wording.</summary>
    private const int Longest = 200;

    private readonly Lock gate = new();
    private List<RefusedMail> row = [];
    private long instants;
    private long stoppedAt;
    private volatile bool any;
    private readonly ConcurrentDictionary<int, bool> accepted = [];
    private volatile int lastAccepted;

    /// <summary>A mail is about to begin; its outcome is reported with this number.</summary>
    public long Begin() => Interlocked.Increment(ref instants);

    /// <summary>A mail was accepted: refusals received before it began are about their readers.</summary>
    public void Accepted(long begun, Addressee? who)
    {
        if (who?.IssueId is { } issue && issue != lastAccepted)
            accepted[lastAccepted = issue] = true;
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

    /// <summary>A mail was refused.</summary>
    public RefusedMail Refused(SmtpReply reply, Addressee who, long begun)
    {
        lock (gate)
        {
            var refusal = new RefusedMail(this, reply, who, Words(reply), Interlocked.Increment(ref instants));
            if (begun < stoppedAt)
            {
                refusal.Fate = RefusalFate.OfTheRelay; // under way when the row ended
                return refusal;
            }
            row.Add(refusal);
            any = true;
            if (row.Count > Longest)
            {
                row[0].Fate = RefusalFate.InCompany;
                row.RemoveAt(0);
            }
            if (LikeIt(refusal) >= (refusal.Reply.About is ReplyAbout.Mailbox ? MailboxesInARow : InARow)
                || row.Count(other => other.Reply.About is not ReplyAbout.Mailbox) >= WhateverTheirWords)
                End();
            return refusal;
        }
    }

    /// <summary>Whether this relay has accepted an issue for anybody, since the process began.</summary>
    public bool HasAccepted(int issueId) => accepted.ContainsKey(issueId);

    /// <summary>How many in the present row have the same wording as this one, itself included.</summary>
    public int InRowWith(RefusedMail refusal)
    {
        lock (gate)
            return LikeIt(refusal);
    }

    /// <summary>The caller knows that the present row is the relay's.</summary>
    public void Stop()
    {
        lock (gate)
            End();
    }

    private int LikeIt(RefusedMail refusal) => row.Count(other => other.Words == refusal.Words);

    private void End()
    {
        foreach (var refusal in row)
            (refusal.Row, refusal.Fate) = (row, RefusalFate.OfTheRelay);
        (row, any, stoppedAt) = ([], false, Interlocked.Increment(ref instants));
    }

    // Without the parts that differ each time: numbers, queue ids, addresses (the reader's is already removed).
    private static string Words(SmtpReply reply) => $"{reply.Code} {reply.EnhancedCode} {Particular().Replace(reply.Text, "#")}";

    [GeneratedRegex(@"\S*\d\S*|https?://\S+|\([^()\s]+\)|\b\w*[a-z][A-Z]\w*[A-Z]\w*\b|<[^<>]*>")]
    private static partial Regex Particular();
}

/// <summary>Whom a delivery is for, by its row.</summary>
public readonly record struct Addressee(int IssueId, int Chunk, long SubscriberId);

/// <summary>One refusal, and what has become clear about it.</summary>
public sealed class RefusedMail
{
    private volatile RefusalFate fate;

    internal RefusedMail(Refusals relay, SmtpReply reply, Addressee who, string words, long heardAt) =>
        (Relay, Reply, Who, Words, HeardAt) = (relay, reply, who, words, heardAt);

    public SmtpReply Reply { get; }
    public Addressee Who { get; }

    /// <summary>The row that turned out to be the relay's, including this one; empty otherwise.</summary>
    public IReadOnlyList<RefusedMail> Row { get; internal set; } = [];

    public RefusalFate Fate { get => fate; internal set => fate = value; }

    internal Refusals Relay { get; }
    internal string Words { get; }
    internal long HeardAt { get; }
}

public enum RefusalFate
{
    /// <summary>Nobody has been accepted since, and there are too few to tell.</summary>
    Open,

    /// <summary>Others were accepted: it is about this reader.</summary>
    InCompany,

    /// <summary>It counts against nobody.</summary>
    OfTheRelay,
}
