using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Writes plain words as Markdown that shows them as they are.</summary>
internal static partial class MarkdownText
{
    /// <summary>Stands for a line break until a block is written. White space in words never contains it.</summary>
    public const char Break = '\n';

    /// <summary>
    /// Returns words with a backslash before each character that Markdown would interpret. White space becomes single spaces.
    /// </summary>
    public static string Escaped(string words)
    {
        words = Spaces().Replace(words, " ");
        if (words.AsSpan().IndexOfAny(Marks) < 0)
            return words;
        var text = new StringBuilder(words.Length + 8);
        for (var at = 0; at < words.Length; at++)
        {
            if (IsMark(words, at))
                text.Append('\\');
            text.Append(words[at]);
        }
        return text.ToString();
    }

    /// <summary>Returns a line changed so that its beginning doesn't make it a heading, a list, a quotation or a rule.</summary>
    public static string WithPlainBeginning(string line) => AsNumber().Replace(AsMark().Replace(line, "\\$1"), "$1\\$2");

    /// <summary>Returns words as the text of a title in quotation marks, such as a picture's caption.</summary>
    public static string Title(string words) =>
        Spaces().Replace(words, " ").Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>Returns an address as a link's target.</summary>
    public static string Target(string address)
    {
        address = address.Trim().ReplaceLineEndings("").Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal);
        return address.AsSpan().IndexOfAny('(', ')', '\\') < 0 ? address : $"<{address}>";
    }

    /// <summary>Puts marks around words, leaving spaces at the ends outside. Each line gets its own marks.</summary>
    public static string Marked(string mark, string words)
    {
        if (words.Contains(Break))
            return string.Join(Break, words.Split(Break).Select(line => Marked(mark, line)));
        var inside = words.Trim();
        if (inside.Length == 0)
            return words;
        var start = words.IndexOf(inside, StringComparison.Ordinal);
        return $"{words[..start]}{mark}{inside}{mark}{words[(start + inside.Length)..]}";
    }

    /// <summary>Returns code within a text.</summary>
    public static string Code(string code)
    {
        code = Spaces().Replace(code, " ").Trim();
        if (code.Length == 0)
            return "";
        var fence = new string('`', Ticks().Matches(code).Select(ticks => ticks.Length).Append(0).Max() + 1);
        var space = code[0] == '`' || code[^1] == '`' ? " " : "";
        return $"{fence}{space}{code}{space}{fence}";
    }

    /// <summary>Returns a block of code.</summary>
    public static string CodeBlock(string code)
    {
        code = code.ReplaceLineEndings("\n").Trim('\n');
        var fence = new string('`', Math.Max(3, Ticks().Matches(code).Select(ticks => ticks.Length).Append(0).Max() + 1));
        return $"{fence}\n{code}\n{fence}";
    }

    /// <summary>Returns lines with a prefix before each. The first line has a prefix of its own.</summary>
    public static string Indented(string block, string first, string others) =>
        first + string.Join('\n', block.Split('\n').Select((line, index) => index == 0 ? line
            : line.Length > 0 ? others + line : others.TrimEnd()));

    private static readonly System.Buffers.SearchValues<char> Marks = System.Buffers.SearchValues.Create("\\`*_[]<>&~^|{");

    private static bool IsMark(string words, int at) => words[at] switch
    {
        '\\' or '`' or '*' or '[' or ']' or '<' or '~' or '^' => true,
        '_' => !(at > 0 && at + 1 < words.Length && char.IsLetterOrDigit(words[at - 1]) && char.IsLetterOrDigit(words[at + 1])),
        '&' => Entity().IsMatch(words.AsSpan(at)),
        '|' => false,
        '{' => at + 1 < words.Length && words[at + 1] is '{' or '.',
        _ => false,
    };

    // A no-break space is kept, because some languages need it, except beside a space.
    [GeneratedRegex(@"(?:\u00A0*[ \t\r\n\f\v\u2028\u2029]+\u00A0*)+")]
    private static partial Regex Spaces();

    [GeneratedRegex("`+")]
    private static partial Regex Ticks();

    [GeneratedRegex(@"^&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")]
    private static partial Regex Entity();

    [GeneratedRegex(@"^(\#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-{2,}\s*$|:(?=[ \t])|:::)")]
    private static partial Regex AsMark();

    [GeneratedRegex(@"^([0-9]{1,9})([.)])(?=\s|$)")]
    private static partial Regex AsNumber();
}
