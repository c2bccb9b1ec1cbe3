using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Templates.Text;

namespace Dispatch.Templates.Languages;

/// <summary>
/// What readers read, in one language: the fixed words of pages and mails by their keys. A text may have placeholders, as in <c>{name}</c>,
/// one form for each plural, and, where it is written as HTML, <c>**strong**</c> words and <c>[links]({address})</c>, so that a sentence is
/// translated as a whole. Whatever a language lacks is said in English.
/// </summary>
public sealed partial class Texts
{
    private static readonly IReadOnlyDictionary<string, LanguageFile> Files = LanguageFile.ReadAll();
    private static readonly LanguageFile English = Files["en"];

    private const string ZonePrefix = "time.zone.";

    private readonly LanguageFile file;

    private readonly NumberFormatInfo numbers;

    private Texts(LanguageFile file, CultureInfo culture) => (this.file, Culture, numbers) = (file, culture, NumbersOf(culture));

    /// <summary>Every language that has a file, English first.</summary>
    public static IReadOnlyList<Texts> All { get; } = [.. Files.Values.OrderByDescending(
        file => file == English).ThenBy(file => file.Language, StringComparer.Ordinal).Select(file => InFile(file, file.Language))];

    /// <summary>For staff and programs, who are addressed in English.</summary>
    public static Texts ForStaff { get; } = InFile(English, "en");

    /// <summary>As used in the <c>lang</c> attribute.</summary>
    public string Language => file.Language;

    /// <summary>What the language calls itself.</summary>
    public string Name => this["language.name"];

    /// <summary>How dates and numbers are written; for <c>en-GB</c> the British way, though the words are those of <c>en</c>.</summary>
    public CultureInfo Culture { get; }

    public bool IsRightToLeft => Direction == "rtl";

    /// <summary>"rtl" or "ltr", as used in the <c>dir</c> attribute.</summary>
    public string Direction => TextDirection.Of(Language);

    public string this[string key] => this[key, []];

    public string this[string key, params (string Name, object? Value)[] holes] => Fill(Plain(TextOf(key)), holes, Written);

    /// <summary>The texts for a BCP 47 tag: for exactly that language, else for its first part, else English.</summary>
    public static Texts Of(string? language) => Find(language) ?? InFile(English, "en");

    /// <summary>The same, but null when there is no file for the language.</summary>
    public static Texts? Find(string? language)
    {
        for (var tag = language ?? ""; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            if (Files.TryGetValue(tag, out var file))
                return InFile(file, language!);
        return null;
    }

    /// <summary>The form of a text that goes with a number, which fills the placeholder <c>{count}</c>.</summary>
    public string Count(string key, long count, params (string Name, object? Value)[] holes)
    {
        var (has, form) = file.Has(key) ? (file, file.Plurals.FormOf(count)) : (English, English.Plurals.FormOf(count));
        return Fill(Plain(has.Form(key, form)), [("count", count), .. holes], Written);
    }

    /// <summary>A text as HTML: it and its values are encoded, except <see cref="Markup"/>.</summary>
    /// <param name="key">Names the text.</param>
    /// <param name="linkStyle">The value of the <c>style</c> attribute of its links: mails need it there.</param>
    /// <param name="holes">The values by name.</param>
    public Markup Html(string key, string? linkStyle, params (string Name, object? Value)[] holes)
    {
        var style = linkStyle is null ? "" : $" style=\"{linkStyle}\"";
        var text = Link().Replace(Strong().Replace(HtmlText.Encode(TextOf(key)), "<strong>$1</strong>"), $"<a href=\"$2\"{style}>$1</a>");
        return new Markup(Fill(text, holes, value => value is Markup markup ? markup.Value : HtmlText.Encode(Written(value))));
    }

    /// <summary>The same for a page.</summary>
    public Markup Html(string key, params (string Name, object? Value)[] holes) => Html(key, linkStyle: null, holes);

    /// <summary>A list of names, as in "A, B, C".</summary>
    public string List(IEnumerable<string> names) =>
        names.DefaultIfEmpty("").Aggregate((first, next) => this["list", ("first", first), ("next", next)]);

    /// <summary>
    /// An IANA time zone in words. Zones are named after a place, which says more to a reader than "CET"; those that are not ("UTC",
    /// "Etc/GMT+3") stay as they are.
    /// </summary>
    public string Zone(string zone)
    {
        if (file.Text(ZonePrefix + zone) is { } named)
            return named;
        return zone.LastIndexOf('/') is > 0 and var slash && !zone.StartsWith("Etc/", StringComparison.Ordinal)
            ? this["time.zone", ("place", zone[(slash + 1)..].Replace('_', ' '))]
            : zone;
    }

    // Dates by the requested tag, if it has a culture that counts years the usual way (ar-SA counts by the moon).
    private static Texts InFile(LanguageFile file, string tag)
    {
        try
        {
            var culture = CultureInfo.GetCultureInfo(tag, predefinedOnly: true);
            if (culture.Calendar is GregorianCalendar)
                return new(file, culture);
        }
        catch (CultureNotFoundException)
        {
            // A made-up tag: the language's own conventions.
        }
        return new(file, CultureInfo.GetCultureInfo(file.Language));
    }

    /// <summary>The placeholders in a text; null when there is no such text.</summary>
    internal static IEnumerable<string>? HolesOf(string key) =>
        English.Text(key) is { } text ? Placeholder().Matches(text).Select(hole => hole.Groups[1].Value).Distinct() : null;

    private string TextOf(string key) =>
        file.Text(key) ?? English.Text(key) ?? throw new KeyNotFoundException($"expected a text '{key}' in en.json, got none");

    private static string Fill(string text, (string Name, object? Value)[] holes, Func<object?, string> write) =>
        Placeholder().Replace(text, hole =>
    {
        foreach (var (name, value) in holes)
            if (name == hole.Groups[1].Value)
                return write(value);
        throw new KeyNotFoundException(
            $"expected a value for the hole {hole.Value}, got only: {string.Join(", ", holes.Select(known => known.Name))}");
    });

    // In plain text a link is just its words: its address goes on a separate line.
    private static string Plain(string text) => Link().Replace(Strong().Replace(text, "$1"), "$1");

    // .NET always writes Western digits, but takes the group separator from the culture: between Western digits it is a comma.
    private static NumberFormatInfo NumbersOf(CultureInfo culture)
    {
        var numbers = (NumberFormatInfo)culture.NumberFormat.Clone();
        if (numbers.NumberGroupSeparator == "\u066C")
            numbers.NumberGroupSeparator = ",";
        return numbers;
    }

    private string Written(object? value) => value switch
    {
        long or int => string.Format(numbers, "{0:N0}", value),
        IFormattable formattable => formattable.ToString(null, Culture),
        _ => value?.ToString() ?? "",
    };

    [GeneratedRegex(@"\{([a-z_.]+)\}")]
    internal static partial Regex Placeholder();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Strong();

    [GeneratedRegex(@"\[([^\]]+)\]\((\{[a-z_.]+\})\)")]
    private static partial Regex Link();
}
