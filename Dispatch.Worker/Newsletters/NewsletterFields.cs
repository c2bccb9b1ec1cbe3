using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// Everything about a newsletter that an editor decides. Its row, its configuration and the desk's form are this class, and whatever is
/// done to each field goes through <see cref="All"/>: a new field needs a property, a row in that table, and its place on the page and in
/// the API.
/// </summary>
public abstract class NewsletterFields
{
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>The mailbox that issues come from, as in <c>China In Eurasia &lt;news@example.org&gt;</c> (RFC 5322 §3.4).</summary>
    public string From { get; set; } = "";

    /// <summary>Where readers' replies go; null: to <see cref="From"/>.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The rule for its edition slots: five cron fields; day of month and day of week must both match.</summary>
    public string Schedule { get; set; } = "";

    /// <summary>IANA name of the zone that <see cref="Schedule"/> is read in, as in <c>Europe/Prague</c>.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>BCP 47 language of its issues, as in <c>en</c>.</summary>
    public string Locale { get; set; } = "";

    /// <summary>At the foot of each mail, at most ten lines; empty: none.</summary>
    public string PostalAddress { get; set; } = "";

    public static IReadOnlyList<NewsletterField> All { get; } =
    [
        new(nameof(Name), 200, row => row.Name, (row, text) => row.Name = text) { IsProse = true },
        new(nameof(Description), 1000, row => row.Description, (row, text) => row.Description = text) { IsProse = true },
        new(nameof(From), 400, row => row.From, (row, text) => row.From = text),
        new(nameof(ReplyTo), 400, row => row.ReplyTo, (row, text) => row.ReplyTo = text.Length > 0 ? text : null),
        new(nameof(Schedule), 200, row => row.Schedule, (row, text) => row.Schedule = text),
        new(nameof(TimeZone), 100, row => row.TimeZone, (row, text) => row.TimeZone = text),
        new(nameof(Locale), 35, row => row.Locale, (row, text) => row.Locale = text),
        new(nameof(PostalAddress), 500, row => row.PostalAddress, (row, text) => row.PostalAddress = text) { IsProse = true },
    ];

    /// <summary>Replaces its values with another's.</summary>
    public void Take(NewsletterFields other) => Read(field => field.Get(other));

    /// <summary>Takes its values from any source that finds fields by name.</summary>
    public void Read(Func<NewsletterField, string?> read)
    {
        foreach (var field in All)
            field.Set(this, read(field) ?? "");
    }
}

/// <summary>One of the <see cref="NewsletterFields"/>.</summary>
/// <param name="Name">As in the table, the configuration and the form.</param>
/// <param name="Longest">Its maximum length in UTF-16 units.</param>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Writes it; an empty text means none.</param>
public sealed record NewsletterField(string Name, int Longest, Func<NewsletterFields, string?> Get, Action<NewsletterFields, string> Set)
{
    /// <summary>People read it as it is written: it may have been pasted, with <see cref="UnseenCharacters"/> in it.</summary>
    public bool IsProse { get; init; }

    /// <summary>A text as it is stored: trimmed, and without invisible characters.</summary>
    public string Tidied(string? text) =>
        (IsProse ? UnseenCharacters.DroppedFrom((text ?? "").ReplaceLineEndings("\n")) : text ?? "").Trim();

    /// <summary>Why a text can't be stored; null when it can. It follows the field's name.</summary>
    public string? FaultOf(string? text) => text?.Length > Longest ? $"has {text.Length:N0} characters: at most {Longest:N0} are taken"
        : StorableText.Is(text) ? null : StorableText.Why.TrimEnd('.');
}
