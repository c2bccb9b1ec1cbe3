using System.Buffers;
using System.Text;

namespace Dispatch.Worker.Signing;

/// <summary>The position of one field in the bytes of a header block, from its name to the CRLF after its last line.</summary>
internal readonly record struct HeaderField(int Start, int NameLength, int End)
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

    public ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> header) => header.Slice(Start, NameLength);

    /// <summary>Finds the field that begins at <paramref name="start"/>.</summary>
    public static HeaderField At(ReadOnlySpan<byte> header, int start)
    {
        var end = start;
        do
        {
            var line = header[end..].IndexOf((byte)'\n');
            end = line < 0 ? header.Length : end + line + 1;
        }
        // RFC 5322 §2.2.3: a line that begins with white space continues the field.
        while (end < header.Length && header[end] is (byte)' ' or (byte)'\t');
        var colon = header[start..end].IndexOf((byte)':');
        return colon >= 0
            ? new(start, header.Slice(start, colon).TrimEnd(" \t"u8).Length, end)
            : throw new ArgumentException($"expected a header field at byte {start}, got a line without a colon", nameof(header));
    }

    /// <summary>
    /// Writes the field in relaxed form (RFC 6376 §3.4.2): the name in lower case, the value unfolded and trimmed, each run of white space
    /// as one space, and a CRLF.
    /// </summary>
    public void WriteRelaxed(ReadOnlySpan<byte> header, IBufferWriter<byte> to)
    {
        var field = header[Start..End];
        var line = to.GetSpan(field.Length + 3); // the relaxed form is never longer, except for an added CRLF
        Ascii.ToLower(field[..NameLength], line, out var length);
        line[length++] = (byte)':';
        var value = field[(field.IndexOf((byte)':') + 1)..].TrimStart(" \t\r\n"u8);
        while (value.Length > 0)
        {
            var word = value.IndexOfAny(Blanks);
            word = word < 0 ? value.Length : word;
            value[..word].CopyTo(line[length..]);
            length += word;
            value = value[word..];
            var next = value.IndexOfAnyExcept(Blanks);
            if (next < 0)
                break;
            if (value[..next].ContainsAny(" \t"u8))
                line[length++] = (byte)' ';
            value = value[next..];
        }
        "\r\n"u8.CopyTo(line[length..]);
        to.Advance(length + 2);
    }
}
