using System.Security.Cryptography;
using System.Text;
using Dispatch.Templates;
using Dispatch.Worker.Signing;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// The body that messages to many readers share: encoded once, in pieces, with placeholders for each reader's values. Safe for any number
/// of threads.
/// </summary>
#pragma warning disable CA1001 // The shared hashes live as long as their threads.
internal sealed class EncodedBody
#pragma warning restore CA1001
{
    public const string Boundary = "=_dispatch_alternative"; // "=_" can't occur in quoted-printable (RFC 2045 §6.7)

    private readonly ThreadLocal<IncrementalHash> sharedHash;
    private readonly int shared; // the number of pieces before the first placeholder

    public EncodedBody(string text, string html)
    {
        Pieces = [.. Part("text/plain", text, html: false), .. Part("text/html", html, html: true),
            new BodyPiece(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"))];
        shared = Array.FindIndex(Pieces, piece => piece.Wire is null) is >= 0 and var first ? first : Pieces.Length;
        sharedHash = new(() =>
        {
            var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var piece in Pieces.AsSpan(0, shared))
                hash.AppendData(piece.Wire!);
            return hash;
        });
    }

    public BodyPiece[] Pieces { get; }

    /// <summary>Computes the hash of a message's body (RFC 6376 §3.7).</summary>
    /// <param name="mail">A message with this body, its placeholders filled in.</param>
    /// <param name="hash">Room for the hash.</param>
    /// <returns><paramref name="hash"/>.</returns>
    /// <remarks>
    /// <see cref="QuotedPrintable"/> leaves no run of blanks, and the body ends in exactly one CRLF, so it is already in relaxed form
    /// (RFC 6376 §3.4.4).
    /// </remarks>
    public ReadOnlySpan<byte> HashOf(WireMail mail, Span<byte> hash)
    {
        // Each thread hashes the pieces before the first placeholder only once, and clones the result for each message.
        using var running = sharedHash.Value!.Clone();
        for (var index = shared; index < mail.Body.Count; index++)
            running.AppendData(mail.Body[index]);
        running.GetHashAndReset(hash);
        return hash[..BodyHash.Length];
    }

    private static IEnumerable<BodyPiece> Part(string type, string text, bool html)
    {
        yield return new BodyPiece(Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"));
        foreach (var segment in Placeholders.Split(text))
            yield return segment.IsHole ? new BodyPiece(null, segment, html) : new BodyPiece(QuotedPrintable.Encode(segment.Literal!));
        yield return new BodyPiece("\r\n"u8.ToArray());
    }
}

/// <summary>A part of a body: bytes as they are sent, or the placeholder for a reader's value.</summary>
internal readonly record struct BodyPiece(byte[]? Wire, PlaceholderSegment Placeholder = default, bool Html = false);
