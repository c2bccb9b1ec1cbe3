using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// What the ledger keeps about readers. It knows about subscribers, and they don't know about it; but whoever is erased is removed from it
/// in the same transaction, and whoever asks what is known about them is told what it holds.
/// </summary>
public interface IReaderTraces
{
    /// <summary>Removes a reader, in the caller's transaction or in a separate one.</summary>
    /// <returns>False: something that still needs their number is left. Ask again later.</returns>
    Task<bool> ForgetAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Clears away what servers said about mails that they refused before <paramref name="before"/>.</summary>
    Task ForgetRepliesAsync(DispatchDb db, DateTimeOffset before, CancellationToken cancel);

    /// <summary>The issues that a reader was sent, or would have been, in order.</summary>
    Task<IReadOnlyList<IssueRecord>> IssuesAsync(DispatchDb db, long subscriberId, CancellationToken cancel);
}
