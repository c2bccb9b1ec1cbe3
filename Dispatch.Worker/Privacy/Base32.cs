namespace Dispatch.Worker.Privacy;

/// <summary>
/// RFC 4648 base32, in lower case and without padding. The text is safe in a link, in an address's local part and in a file name.
/// </summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Returns the number of characters that encode this many bytes.</summary>
    public static int Length(int bytes) => (bytes * 8 + 4) / 5;

    public static string Encode(ReadOnlySpan<byte> bytes) => string.Create(Length(bytes.Length), bytes, static (text, bytes) =>
    {
        var (bits, buffer, at) = (0, 0, 0);
        foreach (var one in bytes)
        {
            buffer = (buffer << 8) | one;
            bits += 8;
            while (bits >= 5)
                text[at++] = Alphabet[(buffer >> (bits -= 5)) & 31];
            buffer &= (1 << bits) - 1;
        }
        if (bits > 0)
            text[at] = Alphabet[(buffer << (5 - bits)) & 31];
    });

    /// <summary>
    /// Decodes a text of exactly the right length, in any letter case. Returns false if a character is invalid or an unused bit isn't zero.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> target)
    {
        if (text.Length != Length(target.Length))
            return false;
        var (bits, buffer, at) = (0, 0, 0);
        foreach (var letter in text)
        {
            var value = letter switch
            {
                >= 'a' and <= 'z' => letter - 'a',
                >= 'A' and <= 'Z' => letter - 'A',
                >= '2' and <= '7' => letter - '2' + 26,
                _ => -1,
            };
            if (value < 0)
                return false;
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            target[at++] = (byte)(buffer >> (bits -= 8));
            buffer &= (1 << bits) - 1;
        }
        return buffer == 0;
    }
}
