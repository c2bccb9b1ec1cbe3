using Dispatch.Worker.Deliveries.Sending;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>
/// How fast mailboxes are read. Reports can wait and an issue can't, so while this process mails one, a reader of a mailbox rests after
/// each group of messages, in proportion to the time that the group took.
/// </summary>
internal sealed class ReadingPace(LiveRuns live)
{
    /// <summary>For each second of reading, so many of rest: a fifth of the usual speed.</summary>
    private const int RestPerReading = 4;

    /// <summary>So that a slow server or database, which costs us no processor time, doesn't stop the reading.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Returns how long to rest after a group of messages, which is zero while no issue is being mailed.</summary>
    /// <param name="took">How long it took to read and record the group.</param>
    public TimeSpan RestAfter(TimeSpan took) =>
        live.Count == 0 ? TimeSpan.Zero : took < Longest / RestPerReading ? took * RestPerReading : Longest;
}
