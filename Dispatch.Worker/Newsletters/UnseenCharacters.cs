using System.Buffers;
using System.Text;
using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// Control characters and noncharacters in what people write. Every database stores them and nobody sees them; they break XML, and nobody
/// meant to write them: they are dropped, and whoever wrote the text is told. U+0000 and lone surrogates, which no database stores, are
/// left to <see cref="StorableText"/>, which refuses them.
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

    /// <summary>The text without them; tabs and line endings stay.</summary>
    public static string DroppedFrom(string text)
    {
        if (!AreIn(text))
            return text;
        var kept = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var isRune = Rune.DecodeFromUtf16(rest, out var rune, out var length) is OperationStatus.Done; // a lone surrogate is not one
            if (!isRune || !Is(rune))
                kept.Append(rest[..length]);
            rest = rest[length..];
        }
        return kept.ToString();
    }

    // Unicode 23.7: the last two code points of each plane, and a separate block of 32, are permanently noncharacters.
    private static bool Is(Rune rune) => rune.Value is not (0 or '\t' or '\n' or '\r')
        && (Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF);
}
