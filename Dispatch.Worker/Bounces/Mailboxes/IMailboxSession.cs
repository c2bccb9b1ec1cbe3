using Dispatch.Worker.Bounces.Consequences;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>A connection to a mailbox that is signed in. No message is ever deleted.</summary>
internal interface IMailboxSession : IAsyncDisposable
{
    /// <summary>Returns the names of the messages that have not been dealt with, oldest first.</summary>
    Task<IReadOnlyList<string>> NewAsync(CancellationToken cancel);

    /// <summary>Returns the first bytes of a message, as far as a report reaches. Null if the message has gone.</summary>
    Task<byte[]?> ReadAsync(string name, CancellationToken cancel);

    /// <summary>Puts messages aside. Their effects are committed, so it does no harm if this is lost.</summary>
    Task PutAsideAsync(IReadOnlyCollection<(string Name, IntakeResult Result)> messages, CancellationToken cancel);

    /// <summary>Waits until a message comes or the time is over. Returns false if the server can't tell, without waiting.</summary>
    Task<bool> WaitAsync(TimeSpan most, CancellationToken cancel);
}
