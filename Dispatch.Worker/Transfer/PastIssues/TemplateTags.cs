using System.Text.RegularExpressions;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Removes the tags of other systems' template languages from a text: Django, Liquid, Go, Hugo's shortcodes, Ghost and kramdown. Readers
/// must not see them, so they are dropped or replaced by their defaults. Each is listed for the person who imports the text, except
/// tracking tags, which are dropped silently.
/// </summary>
internal static partial class TemplateTags
{
    private const int LongestListed = 60;

    /// <summary>Returns a text without its tags. Code between fences stays as it is.</summary>
    /// <param name="text">The text, Markdown or HTML.</param>
    /// <param name="listed">Gets each tag that was taken out, shortened.</param>
    public static string TakenFrom(string text, ICollection<string> listed)
    {
        if (text.AsSpan().IndexOfAny('{', '@', '*') < 0)
            return text;
        var done = 0;
        var parts = new List<string>();
        foreach (Match code in Fenced().Matches(text))
        {
            parts.Add(Taken(text[done..code.Index], listed));
            parts.Add(code.Value);
            done = code.Index + code.Length;
        }
        parts.Add(Taken(text[done..], listed));
        return string.Concat(parts);
    }

    private static string Taken(string text, ICollection<string> listed)
    {
        text = TrackLinkCall().Replace(text, "$1");
        text = TrackLinkMark().Replace(text, "");
        text = TrackView().Replace(text, "");
        text = Highlighted().Replace(text, "\n```\n$1\n```\n");
        text = Attributes().Replace(text, "");
        text = MailOnly().Replace(text, tag => Listed(tag, ""));
        text = Shortcode().Replace(text, Hugo);
        text = BlockTag().Replace(text, tag => Listed(tag, ""));
        text = WithDefault().Replace(text, tag => Listed(tag, tag.Value[..(tag.Value[0] == ' ' ? 1 : 0)] + tag.Groups["words"].Value));
        text = ValueTag().Replace(text, tag => OwnField().IsMatch(tag.Value) ? tag.Value : Listed(tag, ""));
        text = GhostField().Replace(text, tag => Listed(tag, tag.Groups["words"].Value));
        return MergeTag().Replace(text, tag => Listed(tag, ""));

        string Listed(Match tag, string instead)
        {
            Note(tag.Value.Trim());
            return instead;
        }

        string Hugo(Match tag)
        {
            string Value(string name) => Regex.Match(tag.Value, $"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|`([^`]*)`)""")
                is { Success: true } found ? found.Groups[1].Value + found.Groups[2].Value + found.Groups[3].Value : "";
            var kind = tag.Groups["name"].Value;
            if (kind == "figure" && Value("src") is { Length: > 0 } source)
            {
                var caption = Value("caption") is { Length: > 0 } words ? words : Value("title");
                return "\n\n" + Issues.FromHtml.Captions.Figure(Value("alt"), source, caption, Value("attr")) + "\n\n";
            }
            if (kind is "youtube" or "vimeo" && Argument().Match(tag.Groups["rest"].Value) is { Success: true } id)
                return kind == "youtube" ? $"<https://www.youtube.com/watch?v={id.Groups[1].Value}>"
                    : $"<https://vimeo.com/{id.Groups[1].Value}>";
            if (tag.Groups["end"].Length == 0)
                Note(tag.Value.Trim());
            return "";
        }

        void Note(string tag) => listed.Add(tag.ReplaceLineEndings(" ") is var one && one.Length > LongestListed
            ? one[..LongestListed] + "…" : one);
    }

    [GeneratedRegex(@"^(?<fence>```+|~~~+)[^\n]*\n(?:.*?\n)??\k<fence>[`~]*[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("""\{\{-?\s*TrackLink\s+(?:"|&quot;)([^"{}]+?)(?:"|&quot;)\s*\.?\s*-?\}\}""")]
    private static partial Regex TrackLinkCall();

    [GeneratedRegex(@"(?<=https?://[^\s""'<>()]{1,2000})@TrackLink\b")]
    private static partial Regex TrackLinkMark();

    [GeneratedRegex(@"\{\{-?\s*TrackView\s*\.?\s*-?\}\}")]
    private static partial Regex TrackView();

    [GeneratedRegex(@"\{%-?\s*highlight\b[^%]*%\}\n?(.*?)\n?\{%-?\s*endhighlight\s*-?%\}", RegexOptions.Singleline)]
    private static partial Regex Highlighted();

    // kramdown's attributes, on a line of their own or behind a mark.
    [GeneratedRegex(@"^[ \t]*\{::?[^{}\n]*\}[ \t]*(?:\n|$)|\{:[^{}\n]*\}", RegexOptions.Multiline)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"\{%-?\s*if\s[^%]*\bemail\b[^%]*%\}.*?\{%-?\s*endif\s*-?%\}", RegexOptions.Singleline)]
    private static partial Regex MailOnly();

    [GeneratedRegex(@"\{\{[<%]-?\s*(?<end>/?)\s*(?<name>[A-Za-z][A-Za-z0-9_/-]*)(?<rest>.*?)[>%]\}\}", RegexOptions.Singleline)]
    private static partial Regex Shortcode();

    [GeneratedRegex(@"""?([A-Za-z0-9_-]{5,20})""?\s*$")]
    private static partial Regex Argument();

    [GeneratedRegex(@"\{%-?.*?%\}", RegexOptions.Singleline)]
    private static partial Regex BlockTag();

    [GeneratedRegex("""[ ]?\{\{-?[^{}]*?\|\s*default(?:_if_none)?\s*:\s*["'“](?<words>[^"'“”{}]*)["'”][^{}]*\}\}""")]
    private static partial Regex WithDefault();

    // The space before a value goes with it: "Hi {{ name }}!" becomes "Hi!".
    [GeneratedRegex(@"[ ]?\{\{-?[^{}]*\}\}")]
    private static partial Regex ValueTag();

    [GeneratedRegex("""^\s*\{\{[ ]*reader\.[A-Za-z][A-Za-z0-9_]{0,60}[ ]*\|[ ]*["“”][^"“”{}\n]{0,200}["“”][ ]*\}\}$""")]
    private static partial Regex OwnField();

    [GeneratedRegex("""\{(?:first_name|name|email)(?:,?\s*["“](?<words>[^"“”{}]*)["”])?\}""")]
    private static partial Regex GhostField();

    [GeneratedRegex(@"[ ]?\*\|[A-Z][A-Z0-9_:]{1,40}\|\*")]
    private static partial Regex MergeTag();
}
