using Dispatch.Worker.Signing;
using MimeKit;

namespace Dispatch.Worker.Mailing;

/// <summary>Signs messages that belong to no issue, and brings them into the form in which they are sent.</summary>
public sealed class MailSigning(DkimSigners signers, TimeProvider clock)
{
    /// <summary>Signs a message composed with MimeKit.</summary>
    public WireMail Sign(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        var mail = WireMail.Of(message, sender, recipient);
        if (signers.For(message.From.Mailboxes.First().Domain) is { All.Count: > 0 } mine)
        {
            Span<byte> hash = stackalloc byte[BodyHash.Length];
            BodyHash.Of(mail.Body[0], hash);
            mail.Sign(mine, hash, clock.GetUtcNow());
        }
        return mail;
    }

    /// <summary>Makes and signs one reader's copy of a message. The parameters are those of <see cref="TokenMessage.Compose"/>.</summary>
    internal WireMail Sign(TokenMessage message, MailboxAddress sender, MailboxAddress to, string messageId, string token)
    {
        var now = clock.GetUtcNow();
        var mail = message.Compose(sender, to, messageId, now, token);
        if (signers.For(message.From.Domain) is { All.Count: > 0 } mine)
            mail.Sign(mine, message.HashOf(mail, stackalloc byte[BodyHash.Length]), now);
        return mail;
    }
}
