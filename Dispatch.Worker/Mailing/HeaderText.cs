using System.Buffers;
using System.Text;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// Writes header values that people have typed: subjects, and the names of mailboxes and lists. Plain ASCII stays as typed. Any other text
/// is written as encoded words (RFC 2047). So is a text that looks like an encoded word, because mail programs would decode it.
/// </summary>
/// <remarks>
/// Each method returns the value that follows the field's name and colon, with a leading space and folded lines, but without the last CRLF.
/// </remarks>
internal static class HeaderText
{
    /// <summary>The maximum length of an encoded word, and of a line that contains one (RFC 2047 §2).</summary>
    private const int LongestWord = 75, LongestLine = 76;

    private const string EncodingStart = "=?utf-8?", EncodingEnd = "?=";

    // An encoded word shorter than this begins on a new line, because it would hold only a few letters.
    private const int ShortestWord = 30;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    // RFC 5322 §3.2.3: the characters of an atom.
    private static readonly SearchValues<char> Atom =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~");

    /// <summary>Returns a text without structure, such as a subject.</summary>
    /// <param name="field">The field's name, whose length counts towards the first line.</param>
    /// <param name="text">The text as displayed.</param>
    public static string Unstructured(string field, string text)
    {
        var line = new Folding(field);
        text = OneLine(text);
        if (IsPlain(text))
            line.AddText(text);
        else
            line.AddEncoded(text);
        return line.ToString();
    }

    /// <summary>Returns a mailbox (RFC 5322 §3.4).</summary>
    /// <param name="field">The field's name, whose length counts towards the first line.</param>
    /// <param name="name">The person's name, or null or empty if there is none.</param>
    /// <param name="address">The address, with its domain in A-labels.</param>
    public static string Mailbox(string field, string? name, string address) =>
        OneLine(name ?? "").Length > 0 ? Named(field, name!, address) : $" {address}";

    /// <summary>Returns a phrase before an identifier in angle brackets: a mailbox, or a List-Id (RFC 2919 §3).</summary>
    /// <param name="field">The field's name, whose length counts towards the first line.</param>
    /// <param name="name">The phrase as displayed.</param>
    /// <param name="id">What stands between the angle brackets.</param>
    public static string Named(string field, string name, string id)
    {
        var line = new Folding(field);
        name = OneLine(name);
        // A quoted string may contain angle brackets, but many programs look for the first one.
        if (!IsPlain(name) || name.AsSpan().ContainsAny('<', '>'))
            line.AddEncoded(name);
        else
            line.AddText(IsAtoms(name) ? name : Quoted(name));
        line.AddWord($"<{id}>");
        return line.ToString();
    }

    private static string Quoted(string name) =>
        $"\"{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("=?", StringComparison.Ordinal);

    private static bool IsAtoms(string text) =>
        text.Split(' ').All(word => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Atom));

    // A line break would begin a new field.
    private static string OneLine(string text) => text.Any(IsBreak)
        ? string.Concat(text.Select(c => IsBreak(c) ? ' ' : c)).Trim()
        : text.Trim();

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private sealed class Folding(string field)
    {
        private readonly StringBuilder value = new(128);
        private int column = field.Length + 1;

        /// <summary>Adds a word, after a space or a line break.</summary>
        public void AddWord(string word)
        {
            if (column + 1 + word.Length > LongestLine && column > 1)
                Break();
            value.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        /// <summary>Adds plain text, which may be folded before any of its spaces.</summary>
        public void AddText(string text)
        {
            for (var start = 0; start < text.Length;)
            {
                var word = start + (text.AsSpan(start).IndexOfAnyExcept(' ') is > 0 and var blanks ? blanks : 0);
                var end = text.IndexOf(' ', word) is >= 0 and var next ? next : text.Length;
                var piece = start == 0 ? " " + text[..end] : text[start..end];
                if (column + piece.Length > LongestLine && start > 0)
                    Break();
                value.Append(piece);
                column += piece.Length;
                start = end;
            }
        }

        /// <summary>Adds a text as encoded words, in the encoding that is shorter for the whole text.</summary>
        public void AddEncoded(string text)
        {
            var runes = text.EnumerateRunes().ToArray();
            var quoted = runes.Sum(QuotedLength) <= (Encoding.UTF8.GetByteCount(text) + 2) / 3 * 4;
            for (var start = 0; start < runes.Length;)
            {
                if (LongestLine - column - 1 < ShortestWord)
                    Break();
                var room = Math.Min(LongestWord, LongestLine - column - 1) - EncodingStart.Length - "Q?".Length - EncodingEnd.Length;
                var end = End(runes, start, quoted, room);
                AddWord($"{EncodingStart}{(quoted ? "Q?" : "B?")}{Encoded(runes.AsSpan(start..end), quoted)}{EncodingEnd}");
                start = end;
            }
        }

        public override string ToString() => value.ToString();

        // Returns where the longest run of characters ends that fits. RFC 2047 §5: a character is never split.
        private static int End(Rune[] runes, int start, bool quoted, int room)
        {
            var (end, length) = (start, 0);
            while (end < runes.Length)
            {
                length += quoted ? QuotedLength(runes[end]) : runes[end].Utf8SequenceLength;
                if ((quoted ? length : (length + 2) / 3 * 4) > room)
                    break;
                end++;
            }
            return end;
        }

        private void Break()
        {
            value.Append("\r\n");
            column = 0;
        }
    }

    private static int QuotedLength(Rune rune) => IsLiteral(rune) || rune.Value == ' ' ? 1 : 3 * rune.Utf8SequenceLength;

    // RFC 2047 §5 (3) also allows some punctuation in a phrase, but letters and digits are safe everywhere.
    private static bool IsLiteral(Rune rune) => rune.IsAscii && Letters.Contains((char)rune.Value);

    private static string Encoded(ReadOnlySpan<Rune> runes, bool quoted)
    {
        var text = new StringBuilder(runes.Length * 2);
        if (!quoted)
        {
            foreach (var rune in runes)
                text.Append(rune);
            return Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ToString()));
        }
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in runes)
        {
            if (rune.Value == ' ')
                text.Append('_');
            else if (IsLiteral(rune))
                text.Append((char)rune.Value);
            else
                foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"={part:X2}");
        }
        return text.ToString();
    }
}
