using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// A body that already is in wire form: seven-bit lines ending in CRLF. MailKit writes it as it is, instead of scanning and
/// encoding every reader's copy anew.
/// </summary>
public sealed class RawPart(string mediaType, string mediaSubtype, ReadOnlyMemory<byte> wire) : MimePart(mediaType, mediaSubtype)
{
    public int Length => wire.Length;

    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
    {
    }

    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        if (!contentOnly)
            Headers.WriteTo(options, stream, cancellationToken);
        stream.Write(wire.Span);
    }

    public override async Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        if (!contentOnly)
            await Headers.WriteToAsync(options, stream, cancellationToken);
        await stream.WriteAsync(wire, cancellationToken);
    }
}
