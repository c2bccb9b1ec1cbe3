using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Addresses;

/// <summary>
/// The rules for email addresses. A fault is the key of a text in the reader's language. No such text repeats the address.
/// </summary>
internal static class AddressRules
{
    public const string Unreadable = "fault.address.unreadable";

    // Longer texts are refused without further checks. No address is longer than this, even before Unicode normalization.
    private const int MostCharacters = 1024;

    // RFC 5322 section 3.2.3: the characters of an atom. Atoms joined by dots are a dot-atom, the only accepted form of a local part.
    private static readonly SearchValues<char> Atoms =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Returns what is wrong with the text as a whole, before it is split, or null if nothing is.</summary>
    public static string? FaultOfText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "fault.address.missing";
        if (text.Length > MostCharacters)
            return "fault.address.text-long";
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
            return "fault.address.space-around";
        if (text.Contains('<') || text.Contains('>'))
            return "fault.address.brackets";
        if (text.Any(char.IsWhiteSpace))
            return "fault.address.space";
        return HasStrangeCharacters(text) ? "fault.address.strange" : null;
    }

    public static string FaultOfMissingAt(string text) => text.IndexOfAny(['\uFF20', '\uFE6B']) >= 0
        ? "fault.address.wide-at"
        : "fault.address.no-at";

    public static string? FaultOfLocalPart(string localPart)
    {
        if (localPart.Length == 0)
            return "fault.address.nothing-before";
        if (localPart.Contains('@'))
            return "fault.address.second-at";
        if (localPart.Contains('"'))
            return "fault.address.quotes";
        if (localPart.Contains(','))
            return "fault.address.comma-before";
        if (localPart[0] == '.' || localPart[^1] == '.')
            return "fault.address.dot-edge";
        if (localPart.Contains("..", StringComparison.Ordinal))
            return "fault.address.dots-before";
        if (localPart.IndexOfAny(['\uFF20', '\uFE6B']) >= 0)
            return "fault.address.second-at";
        if (!localPart.All(c => c > '\u007F' || Atoms.Contains(c)))
            return "fault.address.character";
        if (IsMark(Rune.GetRuneAt(localPart, 0)))
            return "fault.address.accent";
        // RFC 5321 section 4.5.3.1.1 allows 64 octets. This check counts characters instead, as servers with SMTPUTF8 do. For ASCII it is
        // the same.
        return localPart.EnumerateRunes().Count() > 64 ? "fault.address.local-long" : null;
    }

    // RFC 5321 section 4.5.3.1.3 allows 256 octets for a path, including its angle brackets. The address must fit as typed and with both
    // forms of the domain.
    public static string? FaultOfLength(string typed, string localPart, string asciiDomain, string unicodeDomain) =>
        Encoding.UTF8.GetByteCount(typed) > 254
        || Encoding.UTF8.GetByteCount(localPart) + 1 + Math.Max(asciiDomain.Length, Encoding.UTF8.GetByteCount(unicodeDomain)) > 254
            ? "fault.address.long"
            : null;

    // Control characters, invisible format characters, private and unassigned characters, and lone surrogates. Some of them make one
    // address look like another.
    private static bool HasStrangeCharacters(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
                return true;
            at += rune.Utf16SequenceLength;
            if (rune.IsAscii ? rune.Value is < 0x20 or 0x7F : Rune.GetUnicodeCategory(rune) is
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return true;
        }
        return false;
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
