using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Worker.Signing;

/// <summary>
/// Signs messages for one domain with one key (c=relaxed/relaxed). A signature covers every field that <see cref="Names"/> lists. From, To
/// and Subject are listed in h= once more than they occur, so a field added later breaks the signature (RFC 6376 §5.4.2, §8.15).
/// Thread-safe.
/// </summary>
public sealed class DkimSigner : IDisposable
{
    private static readonly (byte[] Name, bool Oversigned)[] Names =
    [
        ("From"u8.ToArray(), true), ("To"u8.ToArray(), true), ("Subject"u8.ToArray(), true), ("Reply-To"u8.ToArray(), false),
            ("Date"u8.ToArray(), false),
        ("Message-ID"u8.ToArray(), false), ("MIME-Version"u8.ToArray(), false), ("Content-Type"u8.ToArray(), false),
        ("Content-Transfer-Encoding"u8.ToArray(), false),
        ("Content-Language"u8.ToArray(), false), ("List-Id"u8.ToArray(), false), ("List-Unsubscribe"u8.ToArray(), false),
        ("List-Unsubscribe-Post"u8.ToArray(), false),
        ("List-Archive"u8.ToArray(), false), ("Archived-At"u8.ToArray(), false),
        ("CFBL-Address"u8.ToArray(), false), ("CFBL-Feedback-ID"u8.ToArray(), false), // RFC 9477 §3.1 asks for it
        ("Feedback-ID"u8.ToArray(), false), ("Auto-Submitted"u8.ToArray(), false),
    ];

    private readonly byte[][] head;
    private readonly ConcurrentQueue<Desk> free = new();

    public DkimSigner(string domain, string selector, DkimKey key)
    {
        (Domain, Selector, Key) = (domain, selector, key);
        head = [.. new[] { "v=1;", $"a={key.Kind}-sha256;", "c=relaxed/relaxed;", $"d={domain};",
            $"s={selector};" }.Select(Encoding.ASCII.GetBytes)];
    }

    public string Domain { get; }
    public string Selector { get; }
    public DkimKey Key { get; }

    /// <summary>The DNS name at which verifiers look for the public key.</summary>
    public string DnsName => $"{Selector}._domainkey.{Domain}";

    /// <summary>The DNS record that publishes the public key.</summary>
    public string DnsRecord => $"v=DKIM1; k={Key.Kind}; p={Convert.ToBase64String(Key.PublicKey.Span)}";

    /// <summary>Writes a folded <c>DKIM-Signature: …</c> field with its CRLF, for the top of the header block.</summary>
    /// <param name="header">The complete header block of one message as sent: CRLF line endings, folded or not, without a blank line at its
    /// end.</param>
    /// <param name="bodyHash">See <see cref="BodyHash"/>.</param>
    /// <param name="signedAt">The signature's time (t=), in whole seconds.</param>
    /// <param name="to">Receives the field. Nothing is written if this method throws.</param>
    public void Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> bodyHash, DateTimeOffset signedAt, IBufferWriter<byte> to)
    {
        if (bodyHash.Length != BodyHash.Length)
            throw new ArgumentException($"expected a SHA-256 of {BodyHash.Length} bytes, got {bodyHash.Length}", nameof(bodyHash));
        if (!free.TryDequeue(out var desk))
            desk = new Desk();
        desk.Clear();
        Read(header, desk);

        var field = new FoldedField(desk.Signature);
        WriteTags(ref field, desk.Signed, bodyHash, signedAt);
        HeaderField.At(desk.Signature.WrittenSpan, 0).WriteRelaxed(desk.Signature.WrittenSpan, desk.Text);

        // RFC 6376 §3.7: the signature's own field is hashed last, with an empty b= and no line ending.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(desk.Text.WrittenSpan[..^2], hash);
        Span<byte> signature = stackalloc byte[Key.SignatureLength];
        Key.Sign(hash, signature);
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(signature.Length)];
        Base64.EncodeToUtf8(signature, text, out _, out var length);
        field.Run(text[..length]);
        to.Write(desk.Signature.WrittenSpan);
        to.Write("\r\n"u8);
        free.Enqueue(desk);
    }

    public void Dispose() => Key.Dispose();

    // Puts the message's signed fields into desk.Text in relaxed form, and their names into desk.Signed.
    private static void Read(ReadOnlySpan<byte> header, Desk desk)
    {
        for (var start = 0; start < header.Length; start = desk.Fields[^1].End)
            desk.Fields.Add(HeaderField.At(header, start));
        foreach (var (name, oversigned) in Names)
        {
            for (var index = desk.Fields.Count - 1; index >= 0; index--)
            {
                if (!Ascii.EqualsIgnoreCase(desk.Fields[index].NameIn(header), name))
                    continue;
                desk.Fields[index].WriteRelaxed(header, desk.Text);
                desk.Signed.Add(name);
            }
            if (oversigned)
                desk.Signed.Add(name);
            if (desk.Signed.Count < 2) // RFC 6376 §5.4: From must be signed
                throw new ArgumentException("expected a From field, got none", nameof(header));
        }
    }

    private void WriteTags(ref FoldedField field, List<byte[]> signed, ReadOnlySpan<byte> bodyHash, DateTimeOffset signedAt)
    {
        field.Piece("DKIM-Signature:"u8);
        foreach (var tag in head)
            field.Word(tag);

        Span<byte> text = stackalloc byte[64];
        "t="u8.CopyTo(text);
        Utf8Formatter.TryFormat(signedAt.ToUnixTimeSeconds(), text[2..], out var length);
        text[2 + length] = (byte)';';
        field.Word(text[..(3 + length)]);

        "bh="u8.CopyTo(text);
        Base64.EncodeToUtf8(bodyHash, text[3..], out _, out length);
        text[3 + length] = (byte)';';
        field.Word(text[..(4 + length)]);

        field.Word("h="u8);
        for (var index = 0; index < signed.Count; index++)
        {
            var name = signed[index];
            name.CopyTo(text);
            text[name.Length] = index < signed.Count - 1 ? (byte)':' : (byte)';';
            field.Piece(text[..(name.Length + 1)]);
        }
        field.Word("b="u8);
    }

    // Buffers for one call, reused by later calls.
    private sealed class Desk
    {
        public readonly List<HeaderField> Fields = new(32);
        public readonly List<byte[]> Signed = new(32);
        public readonly ArrayBufferWriter<byte> Text = new(4096);
        public readonly ArrayBufferWriter<byte> Signature = new(1024);

        public void Clear()
        {
            Fields.Clear();
            Signed.Clear();
            Text.ResetWrittenCount();
            Signature.ResetWrittenCount();
        }
    }
}
