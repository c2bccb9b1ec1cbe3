using Dispatch.Worker.Bounces.Consequences;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>A connection to a mailbox that is signed in. No message is ever deleted.</summary>
internal interface IMailboxSession : IAsyncDisposable
{
    /// <summary>Returns the names of the messages that have not been dealt with, oldest first.</summary>
    Task<IReadOnlyList<string>> NewAsync(CancellationToken cancel);

    /// <summary>
    /// Reads some messages, one after the other, in any order. Of a long message only the first bytes are read, as far as a report reaches.
    /// A message that has gone is left out.
    /// </summary>
    /// <param name="names">The messages.</param>
    /// <param name="take">Takes a message, before the next one is read.</param>
    /// <param name="cancel">Stops before the next message.</param>
    Task ReadAsync(IReadOnlyList<string> names, Func<string, byte[], Task> take, CancellationToken cancel);

    /// <summary>Puts messages aside. Their effects are committed, so it does no harm if this is lost.</summary>
    Task PutAsideAsync(IReadOnlyCollection<(string Name, IntakeResult Result)> messages, CancellationToken cancel);

    /// <summary>Waits until a message comes or the time is over. Returns false if the server can't tell, without waiting.</summary>
    Task<bool> WaitAsync(TimeSpan most, CancellationToken cancel);
}
