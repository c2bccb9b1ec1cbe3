using MimeKit;
using MimeKit.Text;

namespace Dispatch.Worker.Mailing;

/// <summary>What the header of a mail says, whoever gets it.</summary>
/// <param name="From">The newsletter's mailbox; its domain is used for the Message-ID too.</param>
/// <param name="ReplyTo">Null: replies go to <paramref name="From"/>.</param>
/// <param name="Subject">One line, as it is displayed.</param>
/// <param name="Language">BCP 47 language of the mail's text.</param>
public sealed record MailHead(MailboxAddress From, MailboxAddress? ReplyTo, string Subject, string Language)
{
    /// <param name="from">A mailbox as RFC 5322 §3.4 writes it.</param>
    /// <param name="replyTo">The same; null or empty: none.</param>
    /// <param name="subject"><see cref="Subject"/>.</param>
    /// <param name="language"><see cref="Language"/>.</param>
    /// <exception cref="ParseException">One of the two is not a mailbox.</exception>
    public static MailHead Of(string from, string? replyTo, string subject, string language) =>
        new(MailboxAddress.Parse(from), replyTo is { Length: > 0 } ? MailboxAddress.Parse(replyTo) : null, subject, language);

    /// <param name="left">What distinguishes this mail from all others (RFC 5322 §3.6.4).</param>
    public string MessageId(string left) => $"{left}@{From.Domain}";
}

/// <summary>
/// How our mails are put together. What they all share is from <see cref="Begin"/>: an issue's message takes its header from there once and
/// fills in each reader's fields itself; every other mail is built whole by <see cref="Compose"/>. Their envelope senders come from
/// <see cref="TokenAddresses"/>.
/// </summary>
public static class MailComposer
{
    /// <summary>The fields that are the same whoever gets it: From, Reply-To, Subject, MIME-Version, Content-Language.</summary>
    public static MimeMessage Begin(MailHead head)
    {
        var message = new MimeMessage { MimeVersion = new Version(1, 0), Subject = head.Subject };
        message.From.Add(head.From);
        if (head.ReplyTo is { } replyTo)
            message.ReplyTo.Add(replyTo);
        message.Headers.Add(HeaderId.ContentLanguage, head.Language);
        return message;
    }

    /// <summary>A mail to one person, in response to something they did, or to a member of staff.</summary>
    /// <param name="head">What it says, whoever gets it.</param>
    /// <param name="to">The person.</param>
    /// <param name="messageId">See <see cref="MailHead.MessageId"/>: the same at each attempt if there are several.</param>
    /// <param name="date">When it is put into the system.</param>
    /// <param name="text">The plain text.</param>
    /// <param name="html">The same in HTML.</param>
    public static MimeMessage Compose(MailHead head, MailboxAddress to, string messageId, DateTimeOffset date, string text, string html)
    {
        var message = Begin(head);
        (message.Date, message.MessageId) = (date, head.MessageId(messageId));
        message.To.Add(to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834 §5: no out-of-office answers to it
        message.Body = new MultipartAlternative { Part(TextFormat.Plain, text), Part(TextFormat.Html, html) };
        return message;
    }

    /// <summary>Lets mail programs end a subscription in one click (RFC 8058), by the link that List-Unsubscribe names.</summary>
    /// <param name="message">The mail.</param>
    /// <param name="unsubscribe">The link; null: each copy has its own.</param>
    public static void OfferOneClick(this MimeMessage message, Uri? unsubscribe = null)
    {
        if (unsubscribe is not null)
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe.AbsoluteUri}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); // RFC 8058 §3.1
    }

    private static TextPart Part(TextFormat format, string text) =>
        new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
}
