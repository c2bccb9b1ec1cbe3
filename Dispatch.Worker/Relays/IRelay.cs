namespace Dispatch.Worker.Relays;

/// <summary>A way out of the house: an SMTP relay, or a folder.</summary>
public interface IRelay : IDisposable
{
    /// <summary>Its address without password, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Hands over one mail, blocking: a thread of its own for each connection costs half of what asynchronous sockets do. Never
    /// throws for what the relay or the network does: that is in the reply. Takes no cancellation: giving up after DATA would
    /// lose the reply, not the mail.
    /// </summary>
    /// <param name="mail">The mail.</param>
    /// <param name="mayBegin">
    /// Asked when the relay has taken the envelope and before it is given any content; false takes the envelope back, and the reply is
    /// <see cref="ReplyKind.NotBegun"/>. Null: always.
    /// </param>
    SmtpReply Send(WireMail mail, Func<bool>? mayBegin);

    /// <summary>Connects, secures and signs in without sending: null when all is well, else what is wrong, for doctor.</summary>
    string? Probe();
}
