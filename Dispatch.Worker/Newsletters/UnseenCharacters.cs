using System.Buffers;
using System.Text;
using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// Control characters and noncharacters in what people write. Every database keeps them and nobody sees them; they break XML, and are no
/// part of what anybody meant to write: they are dropped, and whoever wrote it is told. U+0000 and half a character, which no database
/// keeps, are left to <see cref="StorableText"/>, which refuses them.
/// </summary>
public static class UnseenCharacters
{
    /// <summary>Whether there is one.</summary>
    public static bool AreIn(string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
            if (Is(rune))
                return true;
        return false;
    }

    /// <summary>The text without them; tabs and line ends stay.</summary>
    public static string DroppedFrom(string text)
    {
        if (!AreIn(text))
            return text;
        var kept = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) is OperationStatus.Done; // half a pair is none
            if (!isRune || !Is(rune))
                kept.Append(rest[..length]);
            rest = rest[length..];
        }
        return kept.ToString();
    }

    // Unicode 23.7: the last two code points of each plane, and 32 in a block of their own, are for ever no characters.
    private static bool Is(Rune rune) => rune.Value is not (0 or '\t' or '\n' or '\r')
        && (Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF);
}
