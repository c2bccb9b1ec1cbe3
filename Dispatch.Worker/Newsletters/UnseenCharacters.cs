using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// Invisible characters in texts that people write: control characters, noncharacters, byte order marks, and the two overrides that turn
/// the letters of a line around. They break XML or mislead readers, and nobody types them on purpose, so they are removed and the author
/// is told. U+0000 and lone surrogates are refused instead (<see cref="StorableText"/>).
/// </summary>
public static partial class UnseenCharacters
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

    /// <summary>
    /// Returns Markdown without invisible characters, and without the references that stand for them, such as &amp;#x202e;.
    /// </summary>
    public static string DroppedFromMarkdown(string text) => Reference().Replace(DroppedFrom(text), reference =>
        Rune.TryCreate(reference.Groups["hex"] is { Success: true } hex
            ? Convert.ToInt32(hex.Value, 16) : int.Parse(reference.Groups["decimal"].Value, CultureInfo.InvariantCulture), out var rune)
            && Is(rune) ? "" : reference.Value);

    // CommonMark 0.31 §2.5 allows at most six hexadecimal or seven decimal digits.
    [GeneratedRegex("&#(?:[xX](?<hex>[0-9a-fA-F]{1,6})|(?<decimal>[0-9]{1,7}));", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    // UAX #9: U+202D and U+202E override the direction of letters. In a subject they would turn the inbox's line around.
    // Unicode 23.7: noncharacters are the last two code points of each plane, and U+FDD0 to U+FDEF.
    private static bool Is(Rune rune) => rune.Value is not (0 or '\t' or '\n' or '\r')
        && (Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is 0x202D or 0x202E or 0xFEFF or >= 0xFDD0 and <= 0xFDEF);
}
