using Dispatch.Worker.Database;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// The properties of a newsletter that an editor decides, shared by the table's row, the configuration and the desk's form. A new field
/// needs a property, an entry in <see cref="All"/>, and a place on the page and in the API.
/// </summary>
public abstract class NewsletterFields
{
    private const int LongestName = 200;
    private const int LongestDescription = 1000;

    public string Name { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>
    /// The mailbox that issues come from, such as <c>China In Eurasia &lt;news@example.org&gt;</c> (RFC 5322 section 3.4).
    /// </summary>
    public string From { get; set; } = "";

    /// <summary>The mailbox that readers' replies go to, or null if they go to <see cref="From"/>.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>
    /// The schedule of issues, as five cron fields. If both day of month and day of week are given, a day must match both.
    /// </summary>
    public string Schedule { get; set; } = "";

    /// <summary>The IANA time zone of <see cref="Schedule"/>, such as <c>Europe/Prague</c>.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>The language of the issues, as a BCP 47 tag such as <c>en</c>.</summary>
    public string Locale { get; set; } = "";

    /// <summary>The postal address at the foot of each message, at most ten lines. Empty if there is none.</summary>
    public string PostalAddress { get; set; } = "";

    /// <summary>The newsletter's name in languages of readers other than its own.</summary>
    public Translations Names { get; set; } = [];

    /// <summary>The description in languages of readers other than the newsletter's own.</summary>
    public Translations Descriptions { get; set; } = [];

    /// <summary>The color of links and buttons, such as <c>#8b1a1a</c>. Empty for the default (<see cref="AccentColor"/>).</summary>
    public string Color { get; set; } = "";

    /// <summary>The color in dark mode. Empty for a lighter shade of <see cref="Color"/>.</summary>
    public string DarkColor { get; set; } = "";

    /// <summary>
    /// Whether straight quotation marks, double hyphens and three dots are set as the newsletter's language sets them. If not, everything
    /// stays as its author typed it.
    /// </summary>
    public bool SmartTypography { get; set; }

    /// <summary>The languages in which readers can choose to read, apart from issues.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["ar", "de", "en", "fr", "ru", "zh"];

    public static IReadOnlyList<NewsletterField> All { get; } =
    [
        new(nameof(Name), LongestName, row => row.Name, (row, text) => row.Name = text) { IsProse = true },
        new(nameof(Description), LongestDescription, row => row.Description, (row, text) => row.Description = text) { IsProse = true },
        new(nameof(From), 400, row => row.From, (row, text) => row.From = text),
        new(nameof(ReplyTo), 400, row => row.ReplyTo, (row, text) => row.ReplyTo = text.Length > 0 ? text : null),
        new(nameof(Schedule), 200, row => row.Schedule, (row, text) => row.Schedule = text),
        new(nameof(TimeZone), 100, row => row.TimeZone, (row, text) => row.TimeZone = text),
        new(nameof(Locale), 35, row => row.Locale, (row, text) => row.Locale = text),
        new(nameof(PostalAddress), 500, row => row.PostalAddress, (row, text) => row.PostalAddress = text) { IsProse = true },
        .. Languages.Select(language => new NewsletterField($"{nameof(Names)}:{language}", LongestName,
            row => row.Names.GetValueOrDefault(language), (row, text) => row.Names = row.Names.With(language, text)) { IsProse = true }),
        .. Languages.Select(language => new NewsletterField($"{nameof(Descriptions)}:{language}", LongestDescription,
            row => row.Descriptions.GetValueOrDefault(language),
            (row, text) => row.Descriptions = row.Descriptions.With(language, text)) { IsProse = true }),
        new(nameof(Color), 20, row => row.Color, (row, text) => row.Color = text),
        new(nameof(DarkColor), 20, row => row.DarkColor, (row, text) => row.DarkColor = text),
        new(nameof(SmartTypography), 5, row => row.SmartTypography ? "true" : "", (row, text) => row.SmartTypography = text == "true"),
    ];

    /// <summary>Returns the name for a reader of a language, such as <c>ru</c>: translated, or as it is.</summary>
    public string NameIn(string language) => Names.GetValueOrDefault(language, Name);

    /// <summary>Returns the language of <see cref="NameIn"/>, as a BCP 47 tag.</summary>
    public string LanguageOfNameIn(string language) => Names.ContainsKey(language) ? language : Locale;

    /// <summary>Returns the description for a reader of a language: translated, or as it is.</summary>
    public string DescriptionIn(string language) => Descriptions.GetValueOrDefault(language, Description);

    /// <summary>Returns the language of <see cref="DescriptionIn"/>, as a BCP 47 tag.</summary>
    public string LanguageOfDescriptionIn(string language) => Descriptions.ContainsKey(language) ? language : Locale;

    /// <summary>Copies all fields from another newsletter.</summary>
    public void Take(NewsletterFields other) => Read(field => field.Get(other));

    /// <summary>Sets each field to the text that the source returns for it.</summary>
    public void Read(Func<NewsletterField, string?> read)
    {
        foreach (var field in All)
            field.Set(this, read(field) ?? "");
    }
}

/// <summary>A field of a newsletter.</summary>
/// <param name="Name">The field's name in the table, the configuration and the form.</param>
/// <param name="Longest">The maximum length, in UTF-16 code units.</param>
/// <param name="Get">Reads the field.</param>
/// <param name="Set">Writes the field. An empty text means no value.</param>
public sealed record NewsletterField(string Name, int Longest, Func<NewsletterFields, string?> Get, Action<NewsletterFields, string> Set)
{
    /// <summary>
    /// Whether the field is text for people to read. Such a text may have been pasted, so <see cref="UnseenCharacters"/> are removed from
    /// it.
    /// </summary>
    public bool IsProse { get; init; }

    /// <summary>Returns a text as it is stored: trimmed, and without invisible characters if the field is prose.</summary>
    public string Tidied(string? text) =>
        (IsProse ? UnseenCharacters.DroppedFrom((text ?? "").ReplaceLineEndings("\n")) : text ?? "").Trim();

    /// <summary>Returns why a text can't be stored, in words that follow the field's name, or null if it can.</summary>
    public string? FaultOf(string? text) => text?.Length > Longest ? $"has {text.Length:N0} characters: at most {Longest:N0} are allowed"
        : StorableText.Is(text) ? null : StorableText.Why.TrimEnd('.');
}
