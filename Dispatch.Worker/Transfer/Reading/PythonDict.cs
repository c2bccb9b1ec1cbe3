using System.Text;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Reads a dictionary as printed by Python, which Buttondown exports: keys and values in single quotes, or in double quotes if they contain
/// an apostrophe. Nested values are kept as printed.
/// </summary>
internal ref struct PythonDict
{
    private readonly ReadOnlySpan<char> text;
    private int at;

    private PythonDict(string text) => this.text = text;

    /// <summary>Returns the entries, or null if the text is not a dictionary.</summary>
    public static Dictionary<string, string>? Read(string text)
    {
        var dict = new PythonDict(text.Trim());
        var entries = new Dictionary<string, string>();
        return dict.TryRead(entries) ? entries : null;
    }

    private bool TryRead(Dictionary<string, string> entries)
    {
        if (!Takes('{'))
            return false;
        if (Takes('}'))
            return at == text.Length;
        do
        {
            if (!TryValue(out var key) || !Takes(':') || !TryValue(out var value))
                return false;
            if (key.Length > 0 && value is not ("" or "None"))
                entries.TryAdd(key, value);
        }
        while (Takes(','));
        return Takes('}') && at == text.Length;
    }

    private bool Takes(char sign)
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        if (at >= text.Length || text[at] != sign)
            return false;
        at++;
        return true;
    }

    private bool TryValue(out string value)
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        value = "";
        return at < text.Length && (text[at] is '\'' or '"' ? TryString(out value) : TryOther(out value));
    }

    private bool TryString(out string value)
    {
        var (quote, kept) = (text[at++], new StringBuilder());
        value = "";
        for (; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                value = kept.ToString();
                return true;
            }
            if (text[at] == '\\' && at + 1 < text.Length)
                kept.Append(text[++at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            else
                kept.Append(text[at]);
        }
        return false;
    }

    // A number, True, None, or something nested, up to the comma or brace that ends it.
    private bool TryOther(out string value)
    {
        var (start, depth) = (at, 0);
        for (; at < text.Length; at++)
        {
            if (text[at] is '\'' or '"')
            {
                if (!TryString(out _))
                    break;
                at--;
            }
            else if (text[at] is '[' or '{' or '(')
                depth++;
            else if (depth == 0 && text[at] is ',' or '}' or ':')
                break;
            else if (text[at] is ']' or '}' or ')')
                depth--;
        }
        value = at <= text.Length ? text[start..Math.Min(at, text.Length)].Trim().ToString() : "";
        return value.Length > 0 && depth == 0;
    }
}
