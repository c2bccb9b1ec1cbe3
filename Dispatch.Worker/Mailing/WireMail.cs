using System.Buffers;
using Dispatch.Worker.Signing;
using MimeKit;
using MimeKit.IO;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// One message to one recipient in the form in which it is sent: envelope, header block, and a body in pieces that other messages may
/// share. Its lines end in CRLF and are seven-bit, except for header fields of a recipient who needs SMTPUTF8. The object is refilled for
/// each recipient.
/// </summary>
public sealed class WireMail
{
    private ArrayBufferWriter<byte> header = new(4096);
    private ArrayBufferWriter<byte> spare = new(4096);
    private readonly List<ArraySegment<byte>> body = [];

    /// <summary>The envelope sender (RFC 5321 §4.1.1.2), such as <c>bounces+token@example.org</c>.</summary>
    public string Sender { get; private set; } = "";

    /// <summary>The envelope recipient, with its domain in A-labels.</summary>
    public string Recipient { get; private set; } = "";

    /// <summary>Whether only a relay with SMTPUTF8 (RFC 6531) accepts this recipient.</summary>
    public bool NeedsSmtpUtf8 { get; private set; }

    /// <summary>Whether a line of the body may begin with a dot, which must be doubled on the wire (RFC 5321 §4.5.2).</summary>
    public bool MayHaveDots { get; private set; }

    /// <summary>The header block, without the blank line after it.</summary>
    public ArrayBufferWriter<byte> Header => header;

    public IReadOnlyList<ArraySegment<byte>> Body => body;

    /// <summary>The size of header and body in bytes, accurate enough for the SIZE parameter (RFC 1870 §6).</summary>
    public int Length { get; private set; }

    /// <summary>Empties this object and sets the envelope for the next recipient.</summary>
    public void Begin(string sender, string recipient, bool needsSmtpUtf8)
    {
        header.ResetWrittenCount();
        body.Clear();
        (Sender, Recipient, NeedsSmtpUtf8, MayHaveDots, Length) = (sender, recipient, needsSmtpUtf8, false, 0);
    }

    /// <summary>Adds a piece of the body. Its bytes must not change until the message is sent.</summary>
    public void Add(ArraySegment<byte> piece)
    {
        body.Add(piece);
        Length += piece.Count;
    }

    /// <summary>Prepends signatures to the header. Header and body must be complete.</summary>
    /// <param name="signers">The signers for the From address.</param>
    /// <param name="bodyHash">See <see cref="BodyHash"/>.</param>
    /// <param name="signedAt">The signatures' time.</param>
    public void Sign(DkimSigners signers, ReadOnlySpan<byte> bodyHash, DateTimeOffset signedAt)
    {
        spare.ResetWrittenCount();
        signers.Sign(header.WrittenSpan, bodyHash, signedAt, spare);
        spare.Write(header.WrittenSpan);
        (header, spare) = (spare, header);
    }

    /// <summary>Writes the message as a file contains it, without doubled dots.</summary>
    public void WriteTo(Stream target)
    {
        target.Write(header.WrittenSpan);
        target.Write("\r\n"u8);
        foreach (var piece in body)
            target.Write(piece);
    }

    /// <summary>Converts a message that was composed as a <see cref="MimeMessage"/>.</summary>
    public static WireMail Of(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        var format = FormatOptions.Default.Clone();
        var international = !System.Text.Ascii.IsValid(recipient.LocalPart); // the domain is always in A-labels
        (format.NewLineFormat, format.EnsureNewLine, format.International) = (NewLineFormat.Dos, true, international);
        message.Prepare(EncodingConstraint.SevenBit);
        message.MimeVersion ??= new Version(1, 0);
        using var whole = new MemoryBlockStream();
        message.WriteTo(format, whole);
        var bytes = whole.ToArray();
        var blank = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var mail = new WireMail();
        mail.Begin(sender.GetAddress(idnEncode: true), recipient.GetAddress(idnEncode: true), international);
        mail.header.Write(bytes.AsSpan(0, blank + 2));
        mail.Add(new ArraySegment<byte>(bytes, blank + 4, bytes.Length - blank - 4));
        mail.MayHaveDots = true;
        return mail;
    }
}

/// <summary>
/// A <see cref="WireMail"/> in the form that MailKit needs: its single header is the whole header block, and its part writes the body
/// unchanged. Each connection reuses one object, since creating a <see cref="MimeMessage"/> costs more than sending it. MailKitTests lists
/// the internals of MailKit on which this class relies.
/// </summary>
internal sealed class WireMessage : MimeMessage
{
    private readonly WirePart part;

    public WireMessage(Action writing)
    {
        part = new(writing);
        Headers.Clear();
        Body = part;
    }

    public WireMail Mail => part.Mail!;

    /// <summary>Whether writing of the body has begun. From then on, the relay may have the message.</summary>
    public bool Written => part.Written;

    public void Carry(WireMail mail)
    {
        part.Carry(mail);
        var block = mail.Header.WrittenSpan;
        var colon = block.IndexOf((byte)':');
        // The block must begin with a field that MimeKit doesn't parse, as it would parse addresses and dates.
        if (Headers.Count == 0 || !Headers[0].RawField.AsSpan().SequenceEqual(block[..colon]))
        {
            Headers.Clear();
            Headers.Add(System.Text.Encoding.ASCII.GetString(block[..colon]), "");
        }
        Headers[0].SetRawValue(block[(colon + 1)..].ToArray());
    }

    private sealed class WirePart : MimePart
    {
        private readonly Action writing;

        public WirePart(Action writing)
        {
            this.writing = writing;
            Headers.Clear();
        }

        public WireMail? Mail { get; private set; }

        public bool Written { get; private set; }

        public void Carry(WireMail mail) => (Mail, Written) = (mail, false);

        public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
        {
        }

        public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
        {
            Written = true;
            writing();
            var target = stream;
            if (stream is FilteredStream filtered && !Mail!.MayHaveDots)
            {
                // Bypasses MailKit's dot-stuffing, which would scan every byte: no line of this body begins with a dot.
                filtered.Flush(cancellationToken);
                target = filtered.Source;
            }
            foreach (var piece in Mail!.Body)
                target.Write(piece.Array!, piece.Offset, piece.Count);
        }
    }
}
