using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Transfer.PastIssues.Files;

/// <summary>
/// Reads the part of TOML 1.0 that front matter uses: all four kinds of strings, numbers, dates, arrays and tables. Values that can't be
/// read are skipped. A key in a table is prefixed with the table's name.
/// </summary>
internal static class Toml
{
    public static void Read(string text, IDictionary<string, List<string>> values)
    {
        var (at, table) = (0, "");
        while (SkipBlank(text, ref at, lines: true))
        {
            if (text[at] == '[')
            {
                var end = text.IndexOf('\n', at) is >= 0 and var line ? line : text.Length;
                table = text[at..end].Split('#')[0].Trim().Trim('[', ']').Trim().Trim('"') + ".";
                at = end;
                continue;
            }
            var key = Key(text, ref at);
            if (key.Length == 0 || !SkipBlank(text, ref at, lines: false) || text[at] != '=')
            {
                at = NextLine(text, at);
                continue;
            }
            at++;
            var found = new List<string>();
            if (SkipBlank(text, ref at, lines: false))
                Value(text, ref at, found);
            values[table + key] = found;
            at = NextLine(text, at);
        }
    }

    private static string Key(string text, ref int at)
    {
        if (text[at] is '"' or '\'')
            return String(text, ref at);
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.'))
            at++;
        return text[start..at];
    }

    private static void Value(string text, ref int at, List<string> found)
    {
        if (text[at] is '"' or '\'')
        {
            found.Add(String(text, ref at));
            return;
        }
        if (text[at] == '[')
        {
            at++;
            while (SkipBlank(text, ref at, lines: true) && text[at] != ']')
                if (text[at] == ',')
                    at++;
                else if (text[at] is '[' or '{')
                    at++; // flattens nested values
                else
                    Value(text, ref at, found);
            at = Math.Min(at + 1, text.Length);
            return;
        }
        var start = at;
        while (at < text.Length && text[at] is not ('\n' or ',' or ']' or '#' or '}'))
            at++;
        if (at == start) // a stray bracket
            at++;
        if (text[start..at].Trim() is { Length: > 0 } bare)
            found.Add(bare);
    }

    private static string String(string text, ref int at)
    {
        var quote = text[at];
        var isLong = at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
        at += isLong ? 3 : 1;
        if (isLong && at < text.Length && text[at] == '\n')
            at++;
        var words = new StringBuilder();
        while (at < text.Length && (isLong || text[at] != '\n'))
        {
            if (text[at] == quote && (!isLong || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                at += isLong ? 3 : 1;
                break;
            }
            if (text[at] == '\\' && quote == '"' && at + 1 < text.Length)
                Escape(text, ref at, words);
            else
                words.Append(text[at++]);
        }
        return words.ToString();
    }

    private static void Escape(string text, ref int at, StringBuilder words)
    {
        var (sign, digits) = (text[at + 1], text[at + 1] switch { 'u' => 4, 'U' => 8, _ => 0 });
        at += 2;
        if (digits > 0)
        {
            if (at + digits <= text.Length && int.TryParse(text.AsSpan(at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out var code) && Rune.IsValid(code))
                words.Append(new Rune(code).ToString());
            at = Math.Min(at + digits, text.Length);
        }
        else if (sign == '\n')
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
        else
            words.Append(sign switch { 'n' => '\n', 't' => '\t', 'r' => ' ', 'b' or 'f' => ' ', _ => sign });
    }

    private static bool SkipBlank(string text, ref int at, bool lines)
    {
        while (at < text.Length)
            if (text[at] is ' ' or '\t' || (lines && text[at] is '\n' or '\r'))
                at++;
            else if (lines && text[at] == '#')
                at = NextLine(text, at);
            else
                return true;
        return false;
    }

    private static int NextLine(string text, int at) => text.IndexOf('\n', Math.Min(at, text.Length)) is >= 0 and var end
        ? end + 1 : text.Length;
}
