using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Systems;

/// <summary>What a row says about a reader, before it is judged.</summary>
public sealed class ReaderDraft
{
    // Nobody agreed to a mailing list before there were any.
    private const int FirstYear = 1980;

    private Dictionary<string, string>? fields;

    public string Email { get; set; } = "";
    public string? Name { get; set; }
    public string? Language { get; set; }

    /// <summary>What the row says, or null if the file doesn't say.</summary>
    public ReaderStatus? Status { get; set; }

    /// <summary>When the reader consented. Without it, the reader is not confirmed.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
    public DateTimeOffset? CreatedAt { get; set; }
    public DateTimeOffset? UnsubscribedAt { get; set; }
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Where the reader came from, in our own files, or null.</summary>
    public string? Source { get; set; }

    /// <summary>The version of the wording that the reader consented to, in our own files, or null.</summary>
    public string? Consent { get; set; }

    /// <summary>Whether the file lacks proof that the reader opted in.</summary>
    public bool WithoutProof { get; set; }

    /// <summary>What the row says about single newsletters, by name or slug. Null if it names none.</summary>
    public List<(string Newsletter, ReaderStatus? Status)>? Newsletters { get; set; }

    /// <summary>Whether newsletters that don't exist here are skipped. If none exists, the default one takes their place.</summary>
    public bool NewslettersAreElsewhere { get; set; }

    /// <summary>Further fields of the reader, besides the columns that the system hasn't read.</summary>
    public Dictionary<string, string> Fields => fields ??= [];

    /// <summary>Whether there are <see cref="Fields"/>.</summary>
    internal bool HasFields => fields is not null;

    public RefusedCell? Refused { get; private set; }

    /// <summary>A date that can't be read, or null. It matters only for readers who don't leave.</summary>
    public RefusedCell? UnreadableDate { get; private set; }

    /// <summary>Why the reader is not imported at all, or null.</summary>
    public string? Skipped { get; private set; }

    /// <summary>Whether a date without an offset was read as UTC.</summary>
    public bool AssumedUtc { get; private set; }

    /// <summary>Refuses the row. The first fault counts.</summary>
    /// <param name="column">The column at fault.</param>
    /// <param name="why">What is wrong, without the cell's text.</param>
    /// <param name="right">What would be right.</param>
    public void Refuse(string column, string why, string right) => Refused ??= new(column, why, right);

    public void Skip(string why) => Skipped ??= why;

    /// <summary>
    /// Reads a date from a column. If the cell isn't a date, the row is refused, unless it says that the reader left: a goodbye counts
    /// without its day.
    /// </summary>
    /// <returns>The instant, or null if there is none. A default such as 1900-01-01 is none.</returns>
    public DateTimeOffset? Date(SourceRow row, string column)
    {
        if (row.Take(column) is not { Length: > 0 } text)
            return null;
        if (!Moments.TryRead(text, out var at, out var zoned))
            UnreadableDate ??= new(column, "isn't a readable date",
                $"a date such as {Moments.Example}; the order of day and month isn't guessed");
        if (at?.Year < FirstYear)
            at = null;
        AssumedUtc |= at is not null && !zoned;
        return at;
    }

    /// <summary>Reads a cell that says yes or no. Refuses the row if it says neither.</summary>
    public bool? YesOrNo(SourceRow row, string column)
    {
        if (YesNo.Read(row.Take(column)) is { } said)
            return said;
        Refuse(column, "says neither yes nor no", "true or false");
        return null;
    }

    /// <summary>Reads a status in a system's own words. Refuses the row if the word isn't one of them.</summary>
    public void StatusBy(SourceRow row, string column, Func<string, ReaderStatus?> words, string allWords)
    {
        var word = row.Take(column)?.Trim().ToLowerInvariant() ?? "";
        if (words(word) is { } status)
            Status = status;
        else
            Refuse(column, word.Length == 0 ? "is empty" : "isn't a known word", $"one of {allWords}");
    }

    /// <summary>Joins a first and a last name.</summary>
    public static string? FullName(string? first, string? last) =>
        (first?.Trim(), last?.Trim()) switch
        {
            ({ Length: > 0 } one, { Length: > 0 } two) => $"{one} {two}",
            ({ Length: > 0 } one, _) => one,
            (_, { Length: > 0 } two) => two,
            _ => null,
        };
}

/// <summary>Why a row is refused.</summary>
public sealed record RefusedCell(string Column, string Why, string Right);
