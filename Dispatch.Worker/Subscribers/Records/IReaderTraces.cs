using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// What the ledger keeps of readers. It knows subscribers, and they don't know it; but whoever is erased goes from it in the same
/// transaction, and whoever asks what is known of them is told of it.
/// </summary>
public interface IReaderTraces
{
    /// <summary>Takes a reader out; in the caller's transaction, or by itself.</summary>
    /// <returns>False: something is left that still needs their number. Ask again later.</returns>
    Task<bool> ForgetAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Clears away what servers said of mails that they refused before <paramref name="before"/>.</summary>
    Task ForgetRepliesAsync(DispatchDb db, DateTimeOffset before, CancellationToken cancel);

    /// <summary>The issues that a reader was sent, or would have been, in their order.</summary>
    Task<IReadOnlyList<IssueRecord>> IssuesAsync(DispatchDb db, long subscriberId, CancellationToken cancel);
}
