using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// What the ledger stores about readers. The ledger depends on this folder and not the other way round, so erasures and exports reach the
/// ledger through this interface.
/// </summary>
public interface IReaderTraces
{
    /// <summary>Removes a reader's id from the ledger, in the caller's transaction if there is one.</summary>
    /// <returns>False if the ledger still needs the reader's id. Call again later.</returns>
    Task<bool> ForgetAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Deletes the replies of servers that refused messages before <paramref name="before"/>.</summary>
    Task ForgetRepliesAsync(DispatchDb db, DateTimeOffset before, CancellationToken cancel);

    /// <summary>Returns the issues that the reader was sent, or would have been sent, oldest first.</summary>
    Task<IReadOnlyList<IssueRecord>> IssuesAsync(DispatchDb db, long subscriberId, CancellationToken cancel);
}
