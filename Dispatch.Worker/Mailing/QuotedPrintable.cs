using System.Text;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// Encodes text as quoted-printable (RFC 2045 §6.7) in pieces that can be joined: each ends with a line break, so the next begins in the
/// first column. A dot or an F in the first column is encoded, so no piece needs dot-stuffing (RFC 5321 §4.5.2), and no line looks like the
/// start of another message in an mbox file. A tab, and a space after another, is encoded too, so the result is already in DKIM's relaxed
/// form (RFC 6376 §3.4.4) and can be signed without another pass.
/// </summary>
internal static class QuotedPrintable
{
    private const int LongestLine = 75; // one less than allowed, to leave room for the soft break's "="
    private static readonly byte[] Hex = "0123456789ABCDEF"u8.ToArray();

    /// <summary>Encodes one piece.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        using var wire = new MemoryStream(bytes.Length + bytes.Length / 8 + 8);
        var (column, afterSpace) = (0, false);
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n')
                continue;
            if (value == '\n')
            {
                wire.Write("\r\n"u8);
                (column, afterSpace) = (0, false);
                continue;
            }
            var atLineEnd = i + 1 == bytes.Length || bytes[i + 1] is (byte)'\r' or (byte)'\n';
            var encoded = MustEncode(value, column, atLineEnd || afterSpace);
            if (column + (encoded ? 3 : 1) > LongestLine)
            {
                wire.Write("=\r\n"u8);
                column = 0;
                encoded = MustEncode(value, column, encoded && value == (byte)' ');
            }
            if (encoded)
                wire.Write([(byte)'=', Hex[value >> 4], Hex[value & 15]]);
            else
                wire.WriteByte(value);
            column += encoded ? 3 : 1;
            afterSpace = !encoded && value == (byte)' ';
        }
        if (column > 0)
            wire.Write("=\r\n"u8);
        return wire.ToArray();
    }

    private static bool MustEncode(byte value, int column, bool ifSpace) => value switch
    {
        (byte)'=' => true,
        (byte)' ' => ifSpace,
        (byte)'.' or (byte)'F' => column == 0,
        < 33 or > 126 => true,
        _ => false,
    };
}
