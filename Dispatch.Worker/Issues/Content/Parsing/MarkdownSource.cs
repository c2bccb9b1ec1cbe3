using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Corrects common slips in Markdown that have only one possible meaning: a no-break space after <c>#</c> or <c>-</c>, an invisible mark
/// before it, a bullet pasted from another program, dashes that a word processor has made of a table's hyphens, a space in a link's address
/// or a picture's name, a quotation mark in a caption. Code and line numbers stay the same.
/// </summary>
internal static partial class MarkdownSource
{
    private const string Quotes = "\"“”„‟«»‹›‘’‚「」『』＂";

    private static readonly SearchValues<char> Breaking = SearchValues.Create(" \t\u00A0\u202F\u3000()");

    /// <summary>Returns the text with its paragraphs corrected, or the same instance if nothing has changed.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="paragraphs">The paragraphs and headings in the text, without code.</param>
    public static string Tidied(string markdown, IEnumerable<LeafBlock> paragraphs)
    {
        StringBuilder? whole = null;
        var done = 0;
        foreach (var block in paragraphs.Where(block => !block.Span.IsEmpty).OrderBy(block => block.Span.Start))
        {
            var (start, end) = (block.Span.Start, Math.Min(block.Span.End + 1, markdown.Length));
            if (start < done || start >= end)
                continue;
            var before = markdown[start..end];
            var after = TidiedParagraph(before);
            if (after == before)
                continue;
            (whole ??= new StringBuilder(markdown.Length + 64)).Append(markdown, done, start - done).Append(after);
            done = end;
        }
        return whole?.Append(markdown, done, markdown.Length - done).ToString() ?? markdown;
    }

    /// <summary>Returns the file names of the pictures in a text, as spelt in the text.</summary>
    public static IEnumerable<string> PictureNames(string markdown) =>
        AnyPicture().Matches(markdown).Select(picture => picture.Groups[1].Value);

    private static string TidiedParagraph(string text)
    {
        if (Separator().IsMatch(text))
            return "---"; // a rule
        text = UnseenBeforeMark().Replace(text, "$1");
        text = IndentBeforeItem().Replace(text, indent => indent.Index == 0 ? "" : new string(' ', indent.Length));
        text = MarkBeforeNoBreakSpace().Replace(PastedBullet().Replace(text, "$1- "), "$1 ");
        text = WideHeading().Replace(WideQuote().Replace(text, "$1> "), heading => heading.Value.Replace('＃', '#').Replace('\u3000', ' '));
        text = EncodedAddress().Replace(text, address => address.Value.Replace("&amp;", "&", StringComparison.Ordinal));
        text = WithPlainTable(NotesInARow().Replace(text, $"$&{WordRun.Joint}"));
        if (!text.Contains("](", StringComparison.Ordinal))
            return text;
        var tidied = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length;)
        {
            var length = text[at] switch
            {
                '\\' => 2,
                '`' => CodeLength(text, at),
                '!' or '！' when ReadPicture(text, at) is var (to, picture) => Take(picture, to - at),
                ']' when ReadLink(text, at) is var (to, link) => Take(link, to - at),
                _ => 1,
            };
            if (length > 0)
                tidied.Append(text, at, Math.Min(length, text.Length - at));
            at += Math.Abs(length);
        }
        return tidied.ToString();

        int Take(string words, int length)
        {
            tidied.Append(words);
            return -length;
        }
    }

    // A word processor makes dashes of the hyphens below a table's headings, and a Chinese keyboard types wide bars.
    private static string WithPlainTable(string text)
    {
        if (!TableLine().IsMatch(text))
            return text;
        var plain = TableLine().Replace(text, line => Dashes().Replace(line.Value, "---").Replace('｜', '|').Replace('：', ':'));
        return TableLine().Match(text).Value.Contains('｜', StringComparison.Ordinal) ? plain.Replace('｜', '|') : plain;
    }

    private static int CodeLength(string text, int at)
    {
        var fence = Backticks().Match(text, at);
        for (var next = Backticks().Match(text, at + fence.Length); next.Success; next = next.NextMatch())
            if (next.Length == fence.Length)
                return next.Index + next.Length - at;
        return fence.Length;
    }

    // A picture's name ends at its extension. The caption begins there, even if the name contains spaces, brackets or quotation marks.
    private static (int To, string Markdown)? ReadPicture(string text, int at)
    {
        if (at + 1 >= text.Length || text[at + 1] != '[')
            return null;
        var line = LineEnd(text, at);
        var next = text.IndexOf("![", at + 2, line - at - 2, StringComparison.Ordinal);
        if (next >= 0)
            line = next;
        var bracket = text.IndexOf("](", at, line - at, StringComparison.Ordinal);
        if (bracket < 0)
            return null;
        var name = QuotedPicture().Match(text, bracket, line - bracket);
        if (!name.Success)
            name = BarePicture().Match(text, bracket, line - bracket);
        if (!name.Success || name.Groups[1].Value.Contains("](", StringComparison.Ordinal))
            return null;
        var file = name.Groups[1].Value;
        var (title, to) = ReadTitle(text, name.Index + name.Length, line);
        if (to < 0)
            return null;
        var alt = text[(at + 2)..bracket];
        return (to, $"![{WithoutLooseBrackets(alt)}]({Target(file)}{(title.Length > 0 ? $" \"{title}\"" : "")})");
    }

    // Returns the title, and the position after the bracket that ends the picture, or -1 if that bracket is missing.
    private static (string Title, int To) ReadTitle(string text, int at, int line)
    {
        if (PlainTitle().Match(text, at) is { Success: true } plain)
            return (UnescapedQuote().Replace(plain.Groups["title"].Value, "\\\""), plain.Index + plain.Length);
        var link = text.IndexOf("](", at, line - at, StringComparison.Ordinal); // the link around the picture
        var end = link < 0 ? line : link;
        var close = LastAfterQuote(text, at, end);
        if (close < 0)
            close = text.LastIndexOf(')', end - 1, end - at);
        if (close < 0)
            return ("", -1);
        var title = text[at..close].Trim();
        if (title.Length > 1 && title[0] == '\'' && title[^1] == '\'')
            title = title[1..^1];
        if (title.Length > 0 && Quotes.Contains(title[0]))
            title = title[1..];
        if (title.Length > 0 && Quotes.Contains(title[^1]) && !title.EndsWith("\\\"", StringComparison.Ordinal))
            title = title[..^1];
        return (UnescapedQuote().Replace(title.Trim(), "\\\""), close + 1);
    }

    private static int LastAfterQuote(string text, int from, int to)
    {
        for (var at = to - 1; at > from; at--)
            if (text[at] == ')' && text[from..at].TrimEnd() is { Length: > 1 } before && Quotes.Contains(before[^1]))
                return at;
        return -1;
    }

    // Corrects spaces only in what is clearly an address. Other words in brackets may be meant as they are.
    private static (int To, string Markdown)? ReadLink(string text, int at)
    {
        if (!BeginOfAddress().IsMatch(text.AsSpan(at)))
            return null;
        var (depth, close) = (0, -1);
        for (var i = at + 1; i < LineEnd(text, at); i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                close = i;
                break;
            }
        }
        if (close < 0)
            return null;
        var inside = text[(at + 2)..close].Trim();
        var titled = AddressAndTitle().Match(inside);
        var (address, title) = titled.Success ? (titled.Groups[1].Value, titled.Groups[2].Value) : (inside, "");
        var isPlain = !address.Any(char.IsWhiteSpace) && !title.Contains('"') && (title.Length == 0 || titled.Value[^1] is '"' or '\'');
        return isPlain || address.AsSpan().ContainsAny('<', '>') ? null
            : (close + 1, $"](<{address}>{(title.Length > 0 ? $" \"{UnescapedQuote().Replace(title, "\\\"")}\"" : "")})");
    }

    private static int LineEnd(string text, int at) => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;

    private static string Target(string file) => file.AsSpan().ContainsAny(Breaking) ? $"<{file}>" : file;

    private static string WithoutLooseBrackets(string alt)
    {
        var depth = 0;
        foreach (var c in alt)
            if ((depth += c switch { '[' => 1, ']' => -1, _ => 0 }) < 0)
                break;
        return depth == 0 ? alt : UnescapedBracket().Replace(alt, "\\$&");
    }

    private const string ItemMark = "[-*+•●▪■◦‣·]|[0-9]{1,9}[.)]";

    private const string Extensions = @"\.(?:jpe?g|png|gif|webp|avif|heic|heif|tiff?|svg|bmp)";

    [GeneratedRegex(@"^([ \t>]*(?:\#{1,6}|[-*+]|[0-9]{1,9}[.)]))[\u00A0\u202F\u2007\u3000](?=\S)", RegexOptions.Multiline)]
    private static partial Regex MarkBeforeNoBreakSpace();

    [GeneratedRegex(@"^([ \t>]*)(?:[•●▪■◦‣⁃➢·\uF0B7][ \t\u00A0\u202F\u2007\u3000]+|o\t+)(?=\S)", RegexOptions.Multiline)]
    private static partial Regex PastedBullet();

    // Marks of direction and zero-width spaces, as chats and word processors leave them at the beginning of a line.
    [GeneratedRegex(@"^([ \t>]*)[\u200B\u200E\u200F\u061C\u2060]+(?=(?:\#{1,6}|" + ItemMark + @")[ \t\u00A0]|>|\||!\[|```)",
        RegexOptions.Multiline)]
    private static partial Regex UnseenBeforeMark();

    [GeneratedRegex(@"^([ \t]*)＞[ \t\u3000]*(?=\S)", RegexOptions.Multiline)]
    private static partial Regex WideQuote();

    // What separates two parts of a text in a word processor, which has made dashes of the hyphens.
    [GeneratedRegex(@"^[ \t]*(?:[—–―][ \t]*){2,}$|^[ \t]*(?:[•●·⁎∗][ \t\u00A0]*){3}$|^[ \t]*⁂[ \t]*$")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^[ \t]*＃{1,6}[ \t\u3000]+(?=\S)", RegexOptions.Multiline)]
    private static partial Regex WideHeading();

    // Without something between them, the parser takes the first of two marks for the words of a link.
    [GeneratedRegex(@"\[\^[^\]\s]+\](?=\[\^[^\]\s]+\])")]
    private static partial Regex NotesInARow();

    // No-break spaces in which another program has indented the items of a list.
    [GeneratedRegex(@"^[ \t]*[\u00A0\u202F\u2007][ \t\u00A0\u202F\u2007]*(?=(?:" + ItemMark + @")[ \t\u00A0])",
        RegexOptions.Multiline)]
    private static partial Regex IndentBeforeItem();

    // An address copied from the source of a web page.
    [GeneratedRegex(@"(?<![`\w])https?://[^\s<>`]*&amp;[^\s<>`]+", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedAddress();

    [GeneratedRegex(@"(?<=[|｜][^\n]*\n)[ \t>]*[|｜]?[ \t]*[:：]?[-—–―─－]+[:：]?"
        + @"(?:[ \t]*[|｜][ \t]*[:：]?[-—–―─－]+[:：]?)*[ \t]*[|｜]?[ \t]*$",
        RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [GeneratedRegex("[-—–―─－]+")]
    private static partial Regex Dashes();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"\G\]\([ \t]*<?(?![a-z][a-z0-9+.-]*:|//)([^\n<>]*?" + Extensions + @")>?(?=[ \t]*\)|[ \t]+[" + Quotes + @"'(])",
        RegexOptions.IgnoreCase)]
    private static partial Regex QuotedPicture();

    [GeneratedRegex(@"\G\]\([ \t]*<?(?![a-z][a-z0-9+.-]*:|//)([^\n<>]*?" + Extensions + @")>?(?=[ \t]+\S)", RegexOptions.IgnoreCase)]
    private static partial Regex BarePicture();

    [GeneratedRegex(@"!\[[^\n]*?\]\([ \t]*<?([^\n<>]*?" + Extensions + @")(?=>|[ \t]|\))", RegexOptions.IgnoreCase)]
    private static partial Regex AnyPicture();

    [GeneratedRegex(@"\G(?:\s+(?:""(?<title>(?:\\.|[^""\\])*)""|'(?<title>(?:\\.|[^'\\])*)'|\((?<title>(?:\\.|[^()\\])*)\)))?\s*\)",
        RegexOptions.Singleline)]
    private static partial Regex PlainTitle();

    [GeneratedRegex(@"^\]\([ \t]*(?:https?:|mailto:|tel:|sgnl:|geo:|www\.|/)", RegexOptions.IgnoreCase)]
    private static partial Regex BeginOfAddress();

    [GeneratedRegex(@"^(\S.*?)\s+[" + Quotes + @"'](.*)[" + Quotes + @"']$")]
    private static partial Regex AddressAndTitle();

    [GeneratedRegex(@"(?<!\\)""")]
    private static partial Regex UnescapedQuote();

    [GeneratedRegex(@"(?<!\\)[\[\]]")]
    private static partial Regex UnescapedBracket();
}
