using System.Text;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>Reads the records of a CSV file (RFC 4180), each with its first line.</summary>
/// <remarks>
/// <para>
/// Libraries were tried first. Two of them silently lose readers if a quotation mark is never closed; the third can neither skip a record
/// that is too long nor tell its line. This reader is strict where a lost mark could hide readers: a quotation mark that isn't closed, or
/// is followed by more text, makes the whole file unreadable.
/// </para>
/// <para>
/// A line ends with CR LF, LF or CR. Empty lines are skipped. A cell longer than <see cref="MostCharacters"/> is skipped and
/// reported by <see cref="TooLong"/>. In a cell that doesn't begin with a quotation mark, one is an ordinary character. Spaces before a
/// cell are skipped if the file's first line has them before a quotation mark; otherwise the mark would count as part of the cell.
/// </para>
/// </remarks>
internal sealed class CsvReader : IDisposable
{
    /// <summary>The longest cell that is kept, in UTF-16 code units.</summary>
    public const int MostCharacters = 10_000;

    /// <summary>The largest number of cells in a record.</summary>
    public const int MostColumns = 500;

    private const char Quote = '"';

    private readonly TextReader source;
    private readonly string encoding;
    private readonly char[] buffer = new char[1 << 15];
    private readonly StringBuilder text = new();
    private readonly List<string> cells = [];
    private readonly bool passesBlanks;
    private int at, length, line = 1;
    private bool ended, afterCr;

    /// <param name="source">The text, strictly decoded.</param>
    /// <param name="encoding">The name of its encoding, for messages.</param>
    public CsvReader(TextReader source, string encoding)
    {
        (this.source, this.encoding) = (source, encoding);
        FillWithFirstLine();
        Delimiter = FindDelimiter();
        passesBlanks = HasBlanksBeforeMarks();
    }

    public char Delimiter { get; }

    /// <summary>The line where the record begins, counted from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The cells of the record. The list is reused for the next one.</summary>
    public IReadOnlyList<string> Cells => cells;

    /// <summary>The position of a cell that is too long, from 0, or -1. Its text is empty.</summary>
    public int TooLong { get; private set; }

    /// <summary>Whether the record has no text. A spreadsheet writes an empty row as delimiters alone.</summary>
    public bool IsBlank => TooLong < 0 && cells.TrueForAll(string.IsNullOrWhiteSpace);

    /// <summary>The kind of line end that was read last, for display.</summary>
    public string LineEnd { get; private set; } = "none";

    /// <summary>The delimiter, for display.</summary>
    public string DelimiterInWords => Delimiter switch { ',' => "commas", ';' => "semicolons", '\t' => "tabs", _ => "vertical bars" };

    /// <summary>Reads the next record, skipping empty ones. Returns false at the end of the file.</summary>
    /// <exception cref="UnreadableFileException">The file can't be read to its end.</exception>
    public bool Read()
    {
        while (More())
        {
            cells.Clear();
            (Line, TooLong) = (line, -1);
            while (ReadCell())
                if (cells.Count > MostColumns)
                    throw new UnreadableFileException($"Line {Line} has more than {MostColumns} columns. Is it a CSV file?");
            if (cells.Count > 1 || cells[0].Length > 0 || TooLong >= 0)
                return true;
        }
        return false;
    }

    public void Dispose() => source.Dispose();

    // Returns whether another cell follows in the record.
    private bool ReadCell()
    {
        text.Clear();
        while (passesBlanks && More() && buffer[at] == ' ')
            at++;
        if (More() && buffer[at] == Quote)
            ReadQuoted();
        else
            ReadPlain();
        cells.Add(text.ToString());
        if (!More())
            return false;
        if (buffer[at] == Delimiter)
        {
            at++;
            return true;
        }
        EndLine();
        return false;
    }

    private void ReadPlain()
    {
        while (More())
        {
            var rest = buffer.AsSpan(at, length - at);
            var end = rest.IndexOfAny(Delimiter, '\r', '\n');
            Keep(end < 0 ? rest : rest[..end]);
            if (end >= 0)
            {
                at += end;
                return;
            }
            at = length;
        }
    }

    private void ReadQuoted()
    {
        var opened = line;
        at++;
        while (More())
        {
            var rest = buffer.AsSpan(at, length - at);
            var end = rest.IndexOf(Quote);
            var inside = end < 0 ? rest : rest[..end];
            CountLines(inside);
            Keep(inside);
            at += inside.Length;
            if (end < 0)
                continue;
            at++;
            if (!More() || buffer[at] == Delimiter || buffer[at] is '\r' or '\n')
                return;
            if (buffer[at] != Quote)
                throw Unclosed(opened);
            Keep([Quote]);
            afterCr = false;
            at++;
        }
        throw Unclosed(opened);
    }

    private UnreadableFileException Unclosed(int opened) => new(
        $"Line {opened}, column {cells.Count + 1}: a quotation mark opens there and is not closed at the end of a cell"
        + (line > opened ? $" (read on to line {line})" : "")
        + ". Close it, or double each mark inside the cell. Nothing was imported.");

    private void Keep(ReadOnlySpan<char> some)
    {
        if (TooLong == cells.Count)
            return;
        if (text.Length + some.Length > MostCharacters)
        {
            TooLong = cells.Count;
            text.Clear();
            return;
        }
        text.Append(some);
    }

    private void CountLines(ReadOnlySpan<char> inside)
    {
        for (var rest = inside; !rest.IsEmpty;)
        {
            var end = rest.IndexOfAny('\r', '\n');
            if (end != 0)
                afterCr = false;
            if (end < 0)
                return;
            if (rest[end] == '\r' || !afterCr)
                line++;
            afterCr = rest[end] == '\r';
            rest = rest[(end + 1)..];
        }
    }

    private void EndLine()
    {
        line++;
        afterCr = false;
        if (buffer[at++] == '\n')
        {
            LineEnd = "LF";
            return;
        }
        LineEnd = "CR";
        if (!More() || buffer[at] != '\n')
            return;
        LineEnd = "CR LF";
        at++;
    }

    private bool More()
    {
        if (at < length)
            return true;
        if (ended)
            return false;
        try
        {
            (at, length) = (0, source.Read(buffer));
        }
        catch (DecoderFallbackException)
        {
            throw NotIn(encoding, line);
        }
        ended = length == 0;
        return !ended;
    }

    internal static UnreadableFileException NotIn(string encoding, int line) => new(
        $"The file isn't {encoding}: from about line {line} on it contains bytes that don't fit. Save it as UTF-8, or name its encoding: "
        + "--encoding windows-1251 (Cyrillic), windows-1250 (Central European), windows-1252 (Western European), gb18030 "
        + "(Chinese) or another.");

    private void FillWithFirstLine()
    {
        try
        {
            for (int read; length < buffer.Length && (read = source.Read(buffer, length, buffer.Length - length)) > 0;)
                length += read;
        }
        catch (DecoderFallbackException)
        {
            throw NotIn(encoding, buffer.AsSpan(0, length).Count('\n') + 1);
        }
    }

    private bool HasBlanksBeforeMarks()
    {
        var head = buffer.AsSpan(at, length - at);
        var end = head.IndexOfAny('\r', '\n');
        ReadOnlySpan<char> before = [Delimiter, ' ', Quote];
        return (end < 0 ? head : head[..end]).IndexOf(before) >= 0;
    }

    // Excel names the delimiter in a first line such as sep=; which other spreadsheets put between quotation marks when they save it.
    private char? NamedDelimiter(ReadOnlySpan<char> head)
    {
        var mark = head.Length > 0 && head[0] == Quote ? 1 : 0;
        var end = 5 + (2 * mark);
        if (head.Length < end || !head[mark..].StartsWith("sep=", StringComparison.OrdinalIgnoreCase)
            || (mark > 0 && head[end - 1] != Quote) || (head.Length > end && head[end] is not ('\r' or '\n'))
            || head[4 + mark] is not (',' or ';' or '\t' or '|'))
            return null;
        var delimiter = head[4 + mark];
        at = end;
        if (More())
            EndLine();
        return delimiter;
    }

    // Without such a line, it is the character that splits the first line into the most columns.
    private char FindDelimiter()
    {
        var head = buffer.AsSpan(0, length);
        if (NamedDelimiter(head) is { } named)
            return named;
        var (best, most, quoted) = (',', 0, false);
        Span<int> found = stackalloc int[4];
        const string candidates = ",;\t|";
        foreach (var sign in head)
        {
            quoted ^= sign == Quote;
            if (!quoted && sign is '\r' or '\n')
                break;
            if (!quoted && candidates.IndexOf(sign) is >= 0 and var which)
                found[which]++;
        }
        for (var which = 0; which < candidates.Length; which++)
            if (found[which] > most)
                (best, most) = (candidates[which], found[which]);
        return best;
    }
}
