using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Templates;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using MimeKit;

namespace Dispatch.Worker.Deliveries;

/// <summary>One reader as a mail needs them.</summary>
public sealed record Recipient(long SubscriberId, EmailAddress Address, string? Name);

/// <summary>
/// An issue ready to be mailed: rendered once, cut where readers differ, and encoded once. A reader's copy is the encoded pieces
/// with that reader's values between them, under headers of their own (INTERFACES.md §5 lists them).
/// </summary>
public sealed class IssueMessage
{
    private const string Boundary = "=_dispatch_alternative"; // "=_" can't occur in quoted-printable (RFC 2045 §6.7)

    private readonly Edition edition;
    private readonly Newsletter newsletter;
    private readonly SubscriberLinks links;
    private readonly TokenAddresses addresses;
    private readonly MailboxAddress from;
    private readonly MailboxAddress? replyTo;
    private readonly Piece[] pieces;

    public IssueMessage(Edition edition, Newsletter newsletter, SubscriberLinks links, TokenAddresses addresses)
    {
        this.edition = edition;
        this.newsletter = newsletter;
        this.links = links;
        this.addresses = addresses;
        from = MailboxAddress.Parse(newsletter.From);
        replyTo = newsletter.ReplyTo is { Length: > 0 } address ? MailboxAddress.Parse(address) : null;
        pieces = [.. Part("text/plain", edition.MailText, html: false), .. Part("text/html", edition.MailHtml, html: true), new Piece(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"))];
    }

    /// <summary>When the issue was rendered and its deliveries began to be due.</summary>
    public DateTimeOffset StartedAt => edition.RenderedAt;

    /// <summary>The envelope's sender for one reader: bounces come back to the delivery they are about.</summary>
    public MailboxAddress SenderFor(long subscriberId) => addresses.EnvelopeSender(from, edition.IssueId, subscriberId);

    /// <summary>The same for each attempt: a mail that is sent again is recognised as the one it is (RFC 5322 §3.6.4).</summary>
    public string MessageIdFor(long subscriberId)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(edition.MessageIdSeed, BitConverter.GetBytes(subscriberId), hash);
        return $"{Convert.ToHexStringLower(hash[..15])}@{from.Domain}";
    }

    /// <summary>One reader's copy. Its body lies in <paramref name="body"/>, which must not be used again before the mail is sent.</summary>
    public MimeMessage For(Recipient recipient, ArrayBufferWriter<byte> body)
    {
        var unsubscribe = links.Unsubscribe(recipient.SubscriberId, newsletter.Id);
        Fill(recipient, unsubscribe, body);
        var message = new MimeMessage { MimeVersion = new Version(1, 0), MessageId = MessageIdFor(recipient.SubscriberId), Date = edition.RenderedAt, Subject = edition.Subject };
        message.From.Add(from);
        message.To.Add(recipient.Address.ToMailbox(recipient.Name));
        if (replyTo is not null)
            message.ReplyTo.Add(replyTo);
        message.Headers.Add("List-Id", Encoding.UTF8, $"{newsletter.Name.Replace("<", "", StringComparison.Ordinal)} <{newsletter.Slug}.{links.Site.IdnHost}>"); // RFC 2919: the same for the newsletter's life
        message.Headers.Add("List-Unsubscribe", $"<{unsubscribe}>, <{addresses.UnsubscribeByMail(from, recipient.SubscriberId, newsletter.Id)}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); // RFC 8058 §3.1
        message.Headers.Add("List-Archive", $"<{links.Archive(newsletter.Slug)}>");
        message.Headers.Add("Feedback-ID", $"{edition.IssueId}:{newsletter.Slug}:issue:dispatch");
        message.Headers.Add("Content-Language", newsletter.Locale);
        message.Body = new RawPart("multipart", "alternative", body.WrittenMemory) { ContentType = { Boundary = Boundary } };
        return message;
    }

    private void Fill(Recipient recipient, Uri unsubscribe, ArrayBufferWriter<byte> body)
    {
        body.ResetWrittenCount();
        foreach (var piece in pieces)
        {
            if (piece.Wire is { } wire)
                body.Write(wire);
            else
                WriteValue(piece, piece.Key switch
                {
                    Holes.Name => recipient.Name ?? "",
                    Holes.UnsubscribeUrl => unsubscribe.AbsoluteUri,
                    Holes.PreferencesUrl => links.Preferences(recipient.SubscriberId, newsletter.Id).AbsoluteUri,
                    var key => throw new KeyNotFoundException($"expected a reader's value, got the hole '{key}'"),
                }, body);
        }
    }

    private static void WriteValue(Piece piece, string value, ArrayBufferWriter<byte> body)
    {
        var text = Holes.ValueFor(piece.Hole, new Dictionary<string, string?> { [piece.Key!] = value }, piece.Html);
        using var wire = new MemoryStream();
        QuotedPrintable.Write(text, wire);
        body.Write(wire.GetBuffer().AsSpan(0, (int)wire.Length));
    }

    private static IEnumerable<Piece> Part(string type, string text, bool html)
    {
        yield return new Piece(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"));
        foreach (var segment in Holes.Split(text))
        {
            if (segment.IsHole)
            {
                yield return new Piece(null, segment, html);
                continue;
            }
            using var wire = new MemoryStream();
            QuotedPrintable.Write(segment.Literal, wire);
            yield return new Piece(wire.ToArray());
        }
        yield return new Piece("\r\n"u8.ToArray());
    }

    private readonly record struct Piece(byte[]? Wire, HoleSegment Hole = default, bool Html = false)
    {
        public string? Key => Hole.Key;
    }
}
