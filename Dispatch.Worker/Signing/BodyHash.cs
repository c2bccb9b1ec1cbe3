using System.Buffers;
using System.Security.Cryptography;

namespace Dispatch.Worker.Signing;

/// <summary>
/// The SHA-256 of a body in DKIM's relaxed form (RFC 6376 §3.4.4): each run of blanks as one space, none at the end of a line, and no empty
/// lines at the end. All signatures of a message share this hash.
/// </summary>
public static class BodyHash
{
    public const int Length = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    /// <param name="body">The bytes after the blank line, with CRLF line endings and without dot-stuffing.</param>
    /// <param name="hash">Receives the <see cref="Length"/> bytes of the hash.</param>
    public static void Of(ReadOnlySpan<byte> body, Span<byte> hash)
    {
        var relaxed = ArrayPool<byte>.Shared.Rent(body.Length + LineEnd.Length);
        SHA256.HashData(relaxed.AsSpan(0, Relax(body, relaxed)), hash);
        ArrayPool<byte>.Shared.Return(relaxed);
    }

    // Returns the length of the relaxed form. It ends after the last line that has text.
    private static int Relax(ReadOnlySpan<byte> body, Span<byte> to)
    {
        var (length, end) = (0, 0);
        while (body.Length > 0)
        {
            var next = body.IndexOf(LineEnd);
            var line = (next < 0 ? body : body[..next]).TrimEnd(Blanks);
            body = next < 0 ? default : body[(next + LineEnd.Length)..];
            var hasText = line.Length > 0;
            while (line.Length > 0)
            {
                var word = line.IndexOfAny(Blanks) is >= 0 and var blank ? blank : line.Length;
                line[..word].CopyTo(to[length..]);
                length += word;
                line = line[word..];
                if (line.Length == 0)
                    break;
                to[length++] = (byte)' ';
                line = line.TrimStart(Blanks);
            }
            LineEnd.CopyTo(to[length..]);
            length += LineEnd.Length;
            if (hasText)
                end = length;
        }
        return end;
    }
}
