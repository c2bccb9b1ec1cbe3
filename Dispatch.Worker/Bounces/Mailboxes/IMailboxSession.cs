using Dispatch.Worker.Bounces.Consequences;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>A signed-in connection to a mailbox. No message is ever deleted.</summary>
internal interface IMailboxSession : IAsyncDisposable
{
    /// <summary>Returns the names of the unprocessed messages, oldest first.</summary>
    Task<IReadOnlyList<string>> NewAsync(CancellationToken cancel);

    /// <summary>
    /// Reads some messages, one after the other, in any order. Of a long message only the first bytes are read, as far as a report reaches.
    /// A message that has gone is left out.
    /// </summary>
    /// <param name="names">The messages.</param>
    /// <param name="take">Takes a message, before the next one is read.</param>
    /// <param name="cancel">Stops before the next message.</param>
    Task ReadAsync(IReadOnlyList<string> names, Func<string, byte[], Task> take, CancellationToken cancel);

    /// <summary>Puts processed messages aside. If this fails, they are read again.</summary>
    Task PutAsideAsync(IReadOnlyCollection<(string Name, IntakeResult Result)> messages, CancellationToken cancel);

    /// <summary>Waits until a message arrives or the time is up. Returns false at once if the server can't announce messages.</summary>
    Task<bool> WaitAsync(TimeSpan most, CancellationToken cancel);
}
