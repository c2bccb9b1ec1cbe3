using System.Buffers;
using System.Text;
using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// Invisible characters in texts that people write: control characters, noncharacters, byte order marks, and the two overrides that turn
/// the letters of a line around. They break XML or mislead readers, and nobody types them on purpose, so they are removed and the author
/// is told. U+0000 and lone surrogates are refused instead (<see cref="StorableText"/>).
/// </summary>
public static class UnseenCharacters
{
    /// <summary>Returns whether the text contains an invisible character.</summary>
    public static bool AreIn(string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
            if (Is(rune))
                return true;
        return false;
    }

    /// <summary>Returns the text without its invisible characters. Tabs and line endings stay.</summary>
    public static string DroppedFrom(string text)
    {
        if (!AreIn(text))
            return text;
        var kept = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) is OperationStatus.Done; // a lone surrogate is not a rune
            if (!isRune || !Is(rune))
                kept.Append(rest[..length]);
            rest = rest[length..];
        }
        return kept.ToString();
    }

    // UAX #9: U+202D and U+202E override the direction of letters. In a subject they would turn the inbox's line around.
    // Unicode 23.7: noncharacters are the last two code points of each plane, and U+FDD0 to U+FDEF.
    private static bool Is(Rune rune) => rune.Value is not (0 or '\t' or '\n' or '\r')
        && (Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is 0x202D or 0x202E or 0xFEFF or >= 0xFDD0 and <= 0xFDEF);
}
