using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Finds unmarked web and mail addresses in a text. Unlike RFC 3986, an address may contain letters outside ASCII, because browsers show
/// and copy them. Punctuation of any script, quotation marks and spaces end an address. So does a script without spaces if it follows a
/// Latin letter (<c>https://example.org/a后面</c>).
/// </summary>
internal static partial class BareAddresses
{
    /// <summary>An address in a text.</summary>
    /// <param name="At">The position of its first character.</param>
    /// <param name="Length">Its length in UTF-16 units.</param>
    /// <param name="Url">What it links to.</param>
    public sealed record Address(int At, int Length, string Url);

    public static IEnumerable<Address> In(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) && !text.Contains("www.", StringComparison.OrdinalIgnoreCase)
            && !text.Contains('@', StringComparison.Ordinal))
            yield break;
        var done = 0;
        foreach (Match match in Begin().Matches(text))
        {
            if (match.Index < done)
                continue;
            var length = match.Groups["mail"].Success ? match.Length : LengthOf(text.AsSpan(match.Index));
            var words = text.Substring(match.Index, length);
            if (!match.Groups["mail"].Success && !HasHost().IsMatch(words))
                continue;
            done = match.Index + length;
            yield return new Address(match.Index, length, match.Groups["mail"].Success ? $"mailto:{words}" : WithScheme(words));
        }
    }

    /// <summary>Returns an address with its scheme, which is https if the address begins with <c>www.</c></summary>
    public static string WithScheme(string words) =>
        words.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? $"https://{words}" : words;

    /// <summary>Returns the length of the address at the beginning of a text.</summary>
    public static int LengthOf(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && BelongsAt(text, end))
            end++;
        return Trimmed(text[..end]).Length;
    }

    private static bool BelongsAt(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        if (char.IsAscii(c))
            return char.IsAsciiLetterOrDigit(c) || "-._~:/?#@!$&'()*+,;=%".Contains(c);
        if (char.IsSurrogate(c))
            return false;
        return CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber
            && !(IsUnspaced(c) && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]));
    }

    // Scripts without spaces between words, and Hangul, whose particles directly follow a word.
    private static bool IsUnspaced(char c) => c is >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1100' and <= '\u11FF'
        or >= '\u1780' and <= '\u17FF' or >= '\u2E80' and <= '\uA4CF' or >= '\uAC00' and <= '\uD7FF' or >= '\uF900' and <= '\uFAFF'
        or >= '\uFF00';

    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> address)
    {
        while (address.Length > 0)
        {
            var last = address[^1];
            if ("?!.,:;*_~'".Contains(last) || (last == ')' && address.Count('(') < address.Count(')')) || last == '(')
                address = address[..^1];
            else if (address.EndsWith("'s", StringComparison.Ordinal))
                address = address[..^2];
            else
                break;
        }
        return address;
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9/.@:+_-])(?:https?://(?=\S)|www\.(?=[a-z0-9])|"
        + @"(?<mail>[A-Za-z0-9][A-Za-z0-9._%+-]*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}(?![A-Za-z0-9@])))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Begin();

    [GeneratedRegex(@"^(?:https?://)?[^/?#]*[\p{L}\p{N}]\.[\p{L}\p{N}]", RegexOptions.IgnoreCase)]
    private static partial Regex HasHost();
}
