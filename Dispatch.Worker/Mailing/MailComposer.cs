using System.Text;
using MimeKit;
using MimeKit.Text;

namespace Dispatch.Worker.Mailing;

/// <summary>The header values that are the same for every recipient of a message.</summary>
/// <param name="From">The newsletter's mailbox; its domain is also used in the Message-ID.</param>
/// <param name="ReplyTo">The mailbox for replies, or null if replies go to <paramref name="From"/>.</param>
/// <param name="Subject">The subject as displayed, in one line.</param>
/// <param name="Language">The language of the message's text, by BCP 47.</param>
public sealed record MailHead(MailboxAddress From, MailboxAddress? ReplyTo, string Subject, string Language)
{
    /// <param name="from">A mailbox in the syntax of RFC 5322 §3.4.</param>
    /// <param name="replyTo">The mailbox for replies, in the same syntax. Null or empty if there is none.</param>
    /// <param name="subject">See <see cref="Subject"/>.</param>
    /// <param name="language">See <see cref="Language"/>.</param>
    /// <exception cref="ParseException">One of the two mailboxes can't be parsed.</exception>
    public static MailHead Of(string from, string? replyTo, string subject, string language) =>
        new(MailboxAddress.Parse(from), replyTo is { Length: > 0 } ? MailboxAddress.Parse(replyTo) : null, subject, language);

    /// <param name="left">The part before the @, unique to this message (RFC 5322 §3.6.4).</param>
    public string MessageId(string left) => left + domain;

    // With the @, and in A-labels, because header fields are ASCII unless a recipient needs SMTPUTF8.
    private readonly string domain = DomainOf(From.GetAddress(idnEncode: true));

    private static string DomainOf(string address) => address[address.LastIndexOf('@')..];
}

/// <summary>
/// Composes our messages. <see cref="Begin"/> makes the fields that all recipients of an issue share. <see cref="Compose"/> makes any other
/// message as a whole.
/// </summary>
public static class MailComposer
{
    /// <summary>
    /// Begins a message with the fields that are the same for every recipient: From, Reply-To, Subject, MIME-Version, Content-Language.
    /// </summary>
    public static MimeMessage Begin(MailHead head)
    {
        var message = new MimeMessage { MimeVersion = new Version(1, 0) };
        message.Put("Subject", HeaderText.Unstructured("Subject", head.Subject));
        message.PutMailbox("From", head.From);
        if (head.ReplyTo is { } replyTo)
            message.PutMailbox("Reply-To", replyTo);
        message.Headers.Add(HeaderId.ContentLanguage, head.Language);
        return message;
    }

    /// <summary>Composes a message to one reader or member of staff.</summary>
    /// <param name="head">The values that are the same for every recipient.</param>
    /// <param name="to">The person.</param>
    /// <param name="messageId">See <see cref="MailHead.MessageId"/>; the same at each attempt.</param>
    /// <param name="date">The time at which the message enters the mail system.</param>
    /// <param name="text">The plain text.</param>
    /// <param name="html">The same content in HTML.</param>
    public static MimeMessage Compose(MailHead head, MailboxAddress to, string messageId, DateTimeOffset date, string text, string html)
    {
        var message = Begin(head);
        message.Date = date;
        message.Put("Message-Id", $" <{head.MessageId(messageId)}>");
        message.PutMailbox("To", to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834 §5: prevents out-of-office replies
        message.Body = new MultipartAlternative { Part(TextFormat.Plain, text), Part(TextFormat.Html, html) };
        return message;
    }

    /// <summary>Lets mail programs end a subscription in one click (RFC 8058), through the link in List-Unsubscribe.</summary>
    /// <param name="message">The message.</param>
    /// <param name="unsubscribe">The link, or null if each reader's copy adds its own.</param>
    public static void OfferOneClick(this MimeMessage message, Uri? unsubscribe = null)
    {
        if (unsubscribe is not null)
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe.AbsoluteUri}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); // RFC 8058 §3.1
    }

    /// <summary>Sets a field to a value from <see cref="HeaderText"/>, which MimeKit leaves as it is.</summary>
    internal static void Put(this MimeMessage message, string field, string value)
    {
        var header = new Header(field, "");
        header.SetRawValue(Encoding.UTF8.GetBytes(value + "\r\n"));
        message.Headers.Replace(header);
    }

    private static void PutMailbox(this MimeMessage message, string field, MailboxAddress mailbox) =>
        message.Put(field, HeaderText.Mailbox(field, mailbox.Name, mailbox.GetAddress(idnEncode: true)));

    private static TextPart Part(TextFormat format, string text) =>
        new(format) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
}
