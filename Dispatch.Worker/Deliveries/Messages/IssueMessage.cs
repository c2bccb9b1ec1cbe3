using System.Buffers;
using System.Text;
using Dispatch.Templates;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Signing;
using Dispatch.Worker.Subscribers;
using MimeKit.Utils;

namespace Dispatch.Worker.Deliveries.Messages;

/// <summary>The data about one reader that a message needs.</summary>
/// <param name="SubscriberId">The reader whose links are in the message.</param>
/// <param name="Address">The address that the message goes to.</param>
/// <param name="Name">The reader's name, or null if the reader has not given one.</param>
/// <param name="Language">The reader's language for the text around the article, or null for the newsletter's language.</param>
/// <param name="Fields">What else is known of the reader, by name, or null if the issue shows none of it.</param>
public sealed record Recipient(
    long SubscriberId, EmailAddress Address, string? Name, string? Language, IReadOnlyDictionary<string, string>? Fields = null);

/// <summary>
/// An issue ready to be mailed: rendered, and encoded once for each language. A reader's copy consists of encoded pieces, which all copies
/// share, and of the reader's own values and headers. Safe for any number of threads.
/// </summary>
public sealed class IssueMessage
{
    private readonly Edition edition;
    private readonly Newsletter newsletter; // only for values that never change; all others come from the edition
    private readonly Uri? archivedAt;
    private readonly SubscriberLinks links;
    private readonly TokenAddresses addresses;
    private readonly MailHead mailHead;
    private readonly DkimSigners signers;
    private readonly EncodedBody own;
    private readonly Dictionary<string, Lazy<EncodedBody>> others; // by language; each is encoded when its first reader needs it
    private readonly byte[] head;
    private DateLine? lastDate; // shared by most messages sent at the same moment

    /// <param name="edition">The issue as it goes out.</param>
    /// <param name="newsletter">The issue's newsletter.</param>
    /// <param name="archivedAt">The issue's page in the archive, or null if the issue is kept off the archive.</param>
    /// <param name="links">The readers' links.</param>
    /// <param name="addresses">The envelope senders.</param>
    /// <param name="signers">The signers, for any From address.</param>
    public IssueMessage(
        Edition edition, Newsletter newsletter, Uri? archivedAt, SubscriberLinks links, TokenAddresses addresses, DkimSigners signers)
    {
        this.edition = edition;
        this.archivedAt = archivedAt;
        this.newsletter = newsletter;
        this.links = links;
        this.addresses = addresses;
        mailHead = MailHead.Of(edition.From, edition.ReplyTo, edition.Subject, edition.Locale);
        this.signers = signers.For(mailHead.From.Domain);
        head = Head();
        own = new(edition.MailText, edition.MailHtml);
        ShowsFields = own.Pieces.Any(piece => piece.Wire is null && Placeholders.FieldIn(piece.Placeholder.Key) is not null);
        others = edition.Frames.ToDictionary(frame => frame.Language, frame =>
            new Lazy<EncodedBody>(() => new(frame.MailText, frame.MailHtml)), StringComparer.OrdinalIgnoreCase);
    }

    public int NewsletterId => newsletter.Id;

    /// <summary>Whether the issue shows fields of its readers.</summary>
    public bool ShowsFields { get; }

    /// <summary>
    /// Returns the Message-ID of a reader's copy. It is the same for each attempt, so a repeated message is recognized (RFC 5322
    /// §3.6.4).
    /// </summary>
    public string MessageIdFor(long subscriberId) => mailHead.MessageId(Edition.MessageIdOf(edition.MessageIdSeed, subscriberId));

    /// <summary>Makes one reader's copy and signs it.</summary>
    /// <param name="recipient">The reader.</param>
    /// <param name="mail">The object that is filled with the copy.</param>
    /// <param name="signedAt">The signature's time.</param>
    /// <param name="firstAttemptAt">
    /// The message's date, to the second, which is the same for each attempt. Null if this is the first attempt; the date is then the
    /// signature's time.
    /// </param>
    public void Compose(Recipient recipient, WireMail mail, DateTimeOffset signedAt, DateTimeOffset? firstAttemptAt = null)
    {
        var token = links.UnsubscribeToken(recipient.SubscriberId, newsletter.Id);
        var values = new Values(recipient, links.UnsubscribeUrl(token),
            links.PreferencesUrl(links.PreferencesToken(recipient.SubscriberId, newsletter.Id)));
        mail.Begin(addresses.EnvelopeSender(mailHead.From, edition.IssueId, recipient.SubscriberId), recipient.Address.WireForm,
            recipient.Address.NeedsSmtpUtf8);
        mail.Header.Write(head);
        mail.Header.Write(DateOf(firstAttemptAt ?? signedAt));
        WriteLine(mail, "To:", HeaderText.Mailbox("To", recipient.Name, recipient.Address.WireForm));
        WriteLine(mail, "Message-ID: <", MessageIdFor(recipient.SubscriberId), ">");
        if (addresses.UnsubscribeByMail(token) is { } byMail)
            WriteLine(mail, "List-Unsubscribe: <", values.Unsubscribe, ">,\r\n <", byMail, ">");
        else
            WriteLine(mail, "List-Unsubscribe: <", values.Unsubscribe, ">");
        if (addresses.Complaints is not null)
            WriteLine(mail, "CFBL-Feedback-ID: ", addresses.FeedbackId(edition.IssueId, recipient.SubscriberId));
        var body = BodyIn(recipient.Language);
        foreach (var piece in body.Pieces)
            mail.Add(piece.Wire ?? values.In(piece));
        if (signers.All.Count > 0)
            mail.Sign(signers, body.HashOf(mail, stackalloc byte[BodyHash.Length]), signedAt);
    }

    // "de-AT" falls back to "de", and a language without texts here to the newsletter's language.
    private EncodedBody BodyIn(string? language)
    {
        for (var tag = language ?? ""; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            if (others.TryGetValue(tag, out var other))
                return other.Value;
        return own;
    }

    // Returns the header fields that are the same for every reader. The block begins with Feedback-ID because MimeKit doesn't know that
    // field, and would parse a field that it knows.
    private byte[] Head()
    {
        var same = MailComposer.Begin(mailHead);
        // RFC 2919: the List-Id stays the same for as long as the newsletter exists.
        same.Put("List-Id", HeaderText.Named("List-Id", edition.NewsletterName, $"{newsletter.Slug}.{links.Site.IdnHost}"));
        same.OfferOneClick();
        same.Headers.Add("List-Archive", $"<{links.Archive(newsletter.Slug).AbsoluteUri}>");
        if (archivedAt is not null)
            same.Put("Archived-At", $" <{archivedAt.AbsoluteUri}>"); // RFC 5064
        if (addresses.Complaints is { } complaints)
            same.Headers.Add("CFBL-Address", complaints);
        same.Headers.Add("Content-Type", $"multipart/alternative; boundary=\"{EncodedBody.Boundary}\"");
        var block = new ArrayBufferWriter<byte>();
        block.Write(Encoding.ASCII.GetBytes($"Feedback-ID: {edition.IssueId}:{newsletter.Slug}:issue:dispatch\r\n"));
        block.Write(same.SharedFields());
        return block.WrittenSpan.ToArray();
    }

    // The date is the time of the reader's first delivery attempt. With a warm-up plan, the issue may have been rendered days earlier and
    // would arrive looking old.
    private byte[] DateOf(DateTimeOffset at)
    {
        var second = at.ToUnixTimeSeconds();
        if (lastDate is not { } line || line.Second != second)
            lastDate = line = new DateLine(second,
                Encoding.ASCII.GetBytes($"Date: {DateUtils.FormatDate(DateTimeOffset.FromUnixTimeSeconds(second))}\r\n"));
        return line.Bytes;
    }

    private sealed record DateLine(long Second, byte[] Bytes);

    private static void WriteLine(WireMail mail, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            Encoding.UTF8.GetBytes(text, mail.Header);
        mail.Header.Write("\r\n"u8);
    }

    // One reader's values. A link is encoded once, even if it occurs several times (it is the same in HTML and text).
    private struct Values(Recipient recipient, string unsubscribe, string preferences)
    {
        private byte[]? encodedUnsubscribe, encodedPreferences;

        public readonly string Unsubscribe => unsubscribe;

        public byte[] In(BodyPiece piece) => piece.Placeholder.Key switch
        {
            Placeholders.UnsubscribeUrl => encodedUnsubscribe ??= QuotedPrintable.Encode(unsubscribe),
            Placeholders.PreferencesUrl => encodedPreferences ??= QuotedPrintable.Encode(preferences),
            Placeholders.Name => QuotedPrintable.Encode(Placeholders.ValueFor(piece.Placeholder, recipient.Name ?? "", piece.Html)),
            var key when Placeholders.FieldIn(key) is { } field =>
                QuotedPrintable.Encode(Placeholders.ValueFor(piece.Placeholder, FieldOf(field), piece.Html)),
            var key => throw new KeyNotFoundException($"expected a reader's value, got the hole '{key}'"),
        };

        // On one line, because the value stands in the middle of a sentence.
        private readonly string? FieldOf(string field)
        {
            if (field == "name")
                return recipient.Name;
            foreach (var (name, value) in recipient.Fields ?? new Dictionary<string, string>())
                if (Placeholders.FieldKey(name) == field)
                    return value.ReplaceLineEndings(" ");
            return null;
        }
    }
}
