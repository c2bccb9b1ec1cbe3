using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Addresses;

/// <summary>What may stand in an address, and what to tell somebody whose address breaks a rule. No message repeats the address.</summary>
internal static class AddressRules
{
    public const string Unreadable = "This does not read as an e-mail address. It should look like name@example.com.";

    // A longer text cannot be an address whatever Unicode does to it; nothing below looks at more than this.
    private const int MostCharacters = 1024;

    // RFC 5322 §3.2.3: atext. With the dot it makes a dot-atom, the only form of local part that is taken.
    private static readonly SearchValues<char> Atoms =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>What is wrong with the text as a whole, before it is taken apart.</summary>
    public static string? FaultOfText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "An e-mail address is needed here.";
        if (text.Length > MostCharacters) return "This is too long for an e-mail address.";
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return "There is a space or a line break around this address.";
        if (text.Contains('<') || text.Contains('>')) return "Only the address itself is needed here, without a name or angle brackets.";
        if (text.Any(char.IsWhiteSpace)) return "There is a space in this address.";
        return HasStrangeCharacters(text) ? "There is a character in this address that cannot be seen or does not belong there." : null;
    }

    public static string FaultOfMissingAt(string text) => text.IndexOfAny(['\uFF20', '\uFE6B']) >= 0
        ? "The @ in this address is the wide one. An ordinary @ is needed."
        : "There is no @ in this address.";

    public static string? FaultOfLocalPart(string localPart)
    {
        if (localPart.Length == 0) return "There is nothing before the @.";
        if (localPart.Contains('@')) return "There is more than one @ in this address.";
        if (localPart.Contains('"')) return "Quotation marks cannot be taken in an address.";
        if (localPart.Contains(',')) return "There is a comma before the @. Perhaps it should be a dot.";
        if (localPart[0] == '.' || localPart[^1] == '.') return "The part before the @ begins or ends with a dot.";
        if (localPart.Contains("..", StringComparison.Ordinal)) return "There are two dots in a row before the @.";
        if (localPart.IndexOfAny(['\uFF20', '\uFE6B']) >= 0) return "There is more than one @ in this address.";
        if (!localPart.All(c => c > '\u007F' || Atoms.Contains(c))) return "There is a character before the @ that cannot stand there.";
        if (IsMark(Rune.GetRuneAt(localPart, 0))) return "The part before the @ begins with a lone accent.";
        // RFC 5321 §4.5.3.1.1 counts 64 octets; for other scripts than Latin the letters are counted, as servers with SMTPUTF8 do.
        return localPart.EnumerateRunes().Count() > 64 ? "The part before the @ is longer than 64 characters." : null;
    }

    // RFC 5321 §4.5.3.1.3: a path has 256 octets, angle brackets included. What was typed and both ways of writing the domain have to fit.
    public static string? FaultOfLength(string typed, string localPart, string asciiDomain, string unicodeDomain) =>
        Encoding.UTF8.GetByteCount(typed) > 254
        || Encoding.UTF8.GetByteCount(localPart) + 1 + Math.Max(asciiDomain.Length, Encoding.UTF8.GetByteCount(unicodeDomain)) > 254
            ? "This address is longer than the 254 characters that mail allows."
            : null;

    // Controls, invisible format characters (among them the ones that turn the direction of the text round, which make an
    // address look like another one), private and unassigned characters, halves of a surrogate pair.
    private static bool HasStrangeCharacters(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return true;
            at += rune.Utf16SequenceLength;
            if (rune.IsAscii ? rune.Value is < 0x20 or 0x7F : Rune.GetUnicodeCategory(rune) is
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) return true;
        }
        return false;
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
