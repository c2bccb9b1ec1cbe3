using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>A way out of the house: an SMTP relay, or a folder.</summary>
public interface IRelay : IAsyncDisposable
{
    /// <summary>Its address without password, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Hands over one mail for one recipient. Never throws for what the relay or the network does: that is in the reply.
    /// Takes no cancellation: giving up after DATA would lose the reply, not the mail.
    /// </summary>
    Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient);

    /// <summary>Connects, secures and signs in without sending: null when all is well, else what is wrong, for doctor.</summary>
    Task<string?> ProbeAsync(CancellationToken cancel);
}
