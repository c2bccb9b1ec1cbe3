using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Addresses;

/// <summary>
/// What an address may contain, and what is wrong with one that breaks a rule: a text key, for the reader's language. No text repeats the
/// address.
/// </summary>
internal static class AddressRules
{
    public const string Unreadable = "fault.address.unreadable";

    // A longer text cannot be an address, whatever Unicode normalisation does to it; nothing below examines more than this.
    private const int MostCharacters = 1024;

    // RFC 5322 §3.2.3: atext. With the dot it makes a dot-atom, the only form of local part that is accepted.
    private static readonly SearchValues<char> Atoms =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>What is wrong with the text as a whole, before it is taken apart.</summary>
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
        // RFC 5321 §4.5.3.1.1 counts 64 octets; in non-Latin scripts the letters are counted, as servers with SMTPUTF8 do.
        return localPart.EnumerateRunes().Count() > 64 ? "fault.address.local-long" : null;
    }

    // RFC 5321 §4.5.3.1.3: a path has 256 octets, angle brackets included. The address as typed and both forms of the domain must fit.
    public static string? FaultOfLength(string typed, string localPart, string asciiDomain, string unicodeDomain) =>
        Encoding.UTF8.GetByteCount(typed) > 254
        || Encoding.UTF8.GetByteCount(localPart) + 1 + Math.Max(asciiDomain.Length, Encoding.UTF8.GetByteCount(unicodeDomain)) > 254
            ? "fault.address.long"
            : null;

    // Control characters, invisible format characters (including those that reverse the text direction, which make one address look like
    // another), private and unassigned characters, halves of a surrogate pair.
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
