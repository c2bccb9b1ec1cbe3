using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Relays;

/// <summary>A way for mail to leave Dispatch: an SMTP relay, or a folder.</summary>
public interface IRelay : IDisposable
{
    /// <summary>The relay's address without its password, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Hands over one message and blocks until there is a reply. Failures of the relay or the network are never thrown; the reply reports
    /// them. A single hand-over can't be cancelled: giving up after DATA would lose the relay's reply, but might not stop the message. Only
    /// when the process ends, <see cref="RelayPool.HangUp"/> cuts it short.
    /// </summary>
    /// <param name="mail">The message.</param>
    /// <param name="mayBegin">
    /// Called when the relay has accepted the envelope, before any content is sent. If it returns false, the message is withdrawn, and the
    /// reply is <see cref="ReplyKind.NotBegun"/>. Null counts as always true.
    /// </param>
    SmtpReply Send(WireMail mail, Func<bool>? mayBegin);

    /// <summary>
    /// Tests the relay as far as possible without sending a message: connects, starts TLS, signs in, and gives a sender and a recipient.
    /// Used by the doctor command.
    /// </summary>
    /// <param name="sender">The envelope sender that messages use.</param>
    RelayProbe Probe(string sender);
}

/// <summary>The result of testing a relay for doctor.</summary>
/// <param name="Name">The relay's address without its password.</param>
/// <param name="Fault">What is wrong with the relay, and what to do about it. Null if the relay would accept mail.</param>
/// <param name="Says">How the conversation went: the name given in EHLO, encryption, sign-in.</param>
/// <param name="InClear">Whether mail goes to another machine unencrypted.</param>
public sealed record RelayProbe(string Name, string? Fault, string Says, bool InClear);
