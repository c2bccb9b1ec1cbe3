using System.Security.Cryptography;

namespace Dispatch.Worker.Signing;

/// <summary>
/// The SHA-256 of a body in DKIM's simple form (RFC 6376 §3.4.3): the body as sent, with exactly one CRLF at its end. All signatures of a
/// message share this hash.
/// </summary>
public static class BodyHash
{
    public const int Length = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <param name="body">The bytes after the blank line, with CRLF line endings and without dot-stuffing.</param>
    /// <param name="hash">Receives the <see cref="Length"/> bytes of the hash.</param>
    public static void Of(ReadOnlySpan<byte> body, Span<byte> hash)
    {
        var text = body;
        while (text.EndsWith(LineEnd))
            text = text[..^LineEnd.Length];
        if (text.Length < body.Length)
        {
            SHA256.HashData(body[..(text.Length + LineEnd.Length)], hash);
            return;
        }
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(text);
        sha.AppendData(LineEnd);
        sha.GetHashAndReset(hash);
    }
}
