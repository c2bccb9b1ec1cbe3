using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>All configured relays as one: keeps connections, shares the load, rests a relay that fails.</summary>
public sealed class RelayPool
{
    /// <summary>Hands over one mail for one recipient by the relay whose turn it is.</summary>
    public Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient) => throw new NotSupportedException();
}
