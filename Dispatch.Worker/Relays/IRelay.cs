using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Relays;

/// <summary>Where mail leaves Dispatch: an SMTP relay, or a folder.</summary>
public interface IRelay : IDisposable
{
    /// <summary>Its address without password, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Hands over one mail, blocking: a dedicated thread for each connection costs half as much as asynchronous sockets. Never throws for
    /// what the relay or the network does: that is in the reply. Takes no cancellation: giving up after DATA would lose the reply, not the
    /// mail.
    /// </summary>
    /// <param name="mail">The mail.</param>
    /// <param name="mayBegin">
    /// Asked when the relay has accepted the envelope and before it is given any content; false withdraws the envelope, and the reply is
    /// <see cref="ReplyKind.NotBegun"/>. Null: always.
    /// </param>
    SmtpReply Send(WireMail mail, Func<bool>? mayBegin);

    /// <summary>
    /// Goes as far as possible without sending a mail: connects, starts TLS, signs in, names sender and recipient. Used by doctor.
    /// </summary>
    /// <param name="sender">The envelope sender that mails use.</param>
    RelayProbe Probe(string sender);
}

/// <summary>A relay's answer to doctor.</summary>
/// <param name="Name">Its address without password.</param>
/// <param name="Fault">What is wrong with it, and what to do; null: it would accept mail.</param>
/// <param name="Says">How the conversation went: the name given in EHLO, encryption, sign-in.</param>
/// <param name="InClear">Mail goes to another machine unencrypted.</param>
public sealed record RelayProbe(string Name, string? Fault, string Says, bool InClear);
