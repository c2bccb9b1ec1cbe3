using System.Text;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Finds the encoding of a text file: by its byte order mark, by the zero bytes of UTF-16, or by the name given. Anything else has to be
/// UTF-8. A code page is never guessed, because the same bytes are different names in different code pages.
/// </summary>
internal static class FileText
{
    private const int HeadBytes = 4096;

    // In a list in UTF-16, at least one byte in so many is zero, even if the names are in another script.
    private const int FewestZeros = 8;

    /// <summary>Opens a text file. Decoding is strict: invalid bytes cause a <see cref="DecoderFallbackException"/>.</summary>
    /// <param name="stream">The file, positioned at its first byte.</param>
    /// <param name="named">The encoding chosen by the person who imports the file, such as <c>windows-1251</c>, or null.</param>
    /// <param name="encoding">The encoding's display name.</param>
    /// <exception cref="UnreadableFileException">There is no such encoding, or the file isn't text.</exception>
    public static StreamReader Open(Stream stream, string? named, out string encoding)
    {
        var head = new byte[HeadBytes];
        var length = stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
        var (found, mark, said) = Find(head.AsSpan(0, length));
        if (named is not null && mark == 0)
            (found, said) = (Named(named), named.ToLowerInvariant());
        encoding = said;
        return new StreamReader(new HeadedStream(head.AsMemory(mark, length - mark), stream), found, false, 1 << 16);
    }

    private static (Encoding Found, int Mark, string Said) Find(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return (new UTF8Encoding(false, true), 3, "UTF-8 with a byte order mark");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || head.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            throw new UnreadableFileException("The file is UTF-32, which isn't supported. Save it as UTF-8.");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return (new UnicodeEncoding(false, false, true), 2, "UTF-16 (little-endian) with a byte order mark");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (new UnicodeEncoding(true, false, true), 2, "UTF-16 (big-endian) with a byte order mark");
        var (even, odd) = (0, 0);
        for (var at = 0; at < head.Length; at++)
            if (head[at] == 0)
                (even, odd) = at % 2 == 0 ? (even + 1, odd) : (even, odd + 1);
        if (even + odd == 0)
            return (new UTF8Encoding(false, true), 0, "UTF-8");
        // In UTF-16, every letter of an address has a zero beside it. A few scattered zeros are damage.
        if ((even + odd) * FewestZeros < head.Length)
            throw NoText();
        if (odd > 4 * even)
            return (new UnicodeEncoding(false, false, true), 0, "UTF-16 (little-endian) without a byte order mark");
        if (even > 4 * odd)
            return (new UnicodeEncoding(true, false, true), 0, "UTF-16 (big-endian) without a byte order mark");
        throw NoText();
    }

    private static UnreadableFileException NoText() =>
        new("The file isn't text: it contains NUL bytes. Expected CSV, JSON or a zip of them.");

    private static Encoding Named(string name)
    {
        try
        {
            var (encoder, decoder) = (EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return CodePagesEncodingProvider.Instance.GetEncoding(name, encoder, decoder) ?? Encoding.GetEncoding(name, encoder, decoder);
        }
        catch (ArgumentException)
        {
            throw new UnreadableFileException("encoding: there is no encoding with this name. Use one such as utf-8, windows-1250 (Central "
                + "European), windows-1251 (Cyrillic) or windows-1252 (Western European).");
        }
    }
}

/// <summary>A stream whose first bytes have already been read.</summary>
internal sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> head = head;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (head.IsEmpty)
            return rest.Read(buffer);
        var taken = Math.Min(buffer.Length, head.Length);
        head.Span[..taken].CopyTo(buffer);
        head = head[taken..];
        return taken;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            rest.Dispose();
        base.Dispose(disposing);
    }
}
