using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Templates.Text;

namespace Dispatch.Templates.Languages;

/// <summary>
/// The fixed texts of pages and messages in one language, by key. A text may have placeholders, such as <c>{name}</c>, and plural forms. A
/// text for HTML may also have <c>**strong**</c> words and <c>[links]({address})</c>. A text that a language lacks is taken from English.
/// </summary>
public sealed partial class Texts
{
    private static readonly IReadOnlyDictionary<string, LanguageFile> Files = LanguageFile.ReadAll();
    private static readonly LanguageFile English = Files["en"];

    private const string ZonePrefix = "time.zone.";

    private readonly LanguageFile file;

    private readonly NumberFormatInfo numbers;

    private Texts(LanguageFile file, CultureInfo culture) => (this.file, Culture, numbers) = (file, culture, NumbersOf(culture));

    /// <summary>All languages that have a file, English first.</summary>
    public static IReadOnlyList<Texts> All { get; } = [.. Files.Values.OrderByDescending(
        file => file == English).ThenBy(file => file.Language, StringComparer.Ordinal).Select(file => InFile(file, file.Language))];

    /// <summary>The texts for staff and programs, in English.</summary>
    public static Texts ForStaff { get; } = InFile(English, "en");

    /// <summary>The language tag for the <c>lang</c> attribute.</summary>
    public string Language => file.Language;

    /// <summary>The language's name for itself, such as "Deutsch".</summary>
    public string Name => this["language.name"];

    /// <summary>
    /// The culture that formats dates and numbers. For <c>en-GB</c> it is British, although the texts are those of <c>en</c>.
    /// </summary>
    public CultureInfo Culture { get; }

    public bool IsRightToLeft => Direction == "rtl";

    /// <summary>The text direction, "rtl" or "ltr", for the <c>dir</c> attribute.</summary>
    public string Direction => TextDirection.Of(Language);

    public string this[string key] => this[key, []];

    public string this[string key, params (string Name, object? Value)[] holes] => Fill(Plain(TextOf(key)), holes, Written);

    /// <summary>Returns the texts for a BCP 47 tag: the texts of the exact tag, of its first part, or of English.</summary>
    public static Texts Of(string? language) => Find(language) ?? InFile(English, "en");

    /// <summary>Returns the texts for a BCP 47 tag or its first part, or null if there are none.</summary>
    public static Texts? Find(string? language)
    {
        for (var tag = language ?? ""; tag.Length > 0; tag = tag[..Math.Max(0, tag.LastIndexOf('-'))])
            if (Files.TryGetValue(tag, out var file))
                return InFile(file, language!);
        return null;
    }

    /// <summary>Returns a text in the plural form for a number, which also fills the placeholder <c>{count}</c>.</summary>
    public string Count(string key, long count, params (string Name, object? Value)[] holes)
    {
        var (has, form) = file.Has(key) ? (file, file.Plurals.FormOf(count)) : (English, English.Plurals.FormOf(count));
        return Fill(Plain(has.Form(key, form)), [("count", count), .. holes], Written);
    }

    /// <summary>Returns a text as HTML. The text and its values are encoded, except values of type <see cref="Markup"/>.</summary>
    /// <param name="key">The key of the text.</param>
    /// <param name="linkStyle">The links' <c>style</c> attribute, since email needs inline styles.</param>
    /// <param name="holes">The values of the placeholders, by name.</param>
    public Markup Html(string key, string? linkStyle, params (string Name, object? Value)[] holes)
    {
        var style = linkStyle is null ? "" : $" style=\"{linkStyle}\"";
        var text = Link().Replace(Strong().Replace(HtmlText.Encode(TextOf(key)), "<strong>$1</strong>"), $"<a href=\"$2\"{style}>$1</a>");
        return new Markup(Fill(text, holes, value => value is Markup markup ? markup.Value : HtmlText.Encode(Written(value))));
    }

    /// <summary>Returns a text as HTML for a page, where links need no inline style.</summary>
    public Markup Html(string key, params (string Name, object? Value)[] holes) => Html(key, linkStyle: null, holes);

    /// <summary>Returns a label as the language writes it before what it names, such as "Our site:".</summary>
    public string Label(string label) => Labeled(label, "").TrimEnd();

    /// <summary>Returns a label and what it names, such as "Our site: https://example.org/".</summary>
    public string Labeled(string label, string value) => this["label", ("label", label), ("value", value)];

    /// <summary>Joins names into a list, such as "A, B and C".</summary>
    public string List(IEnumerable<string> names) => names.ToList() switch
    {
        [] => "",
        [var only] => only,
        [.. var others, var last] => this["list.last", ("next", last),
            ("first", others.Aggregate((first, next) => this["list", ("first", first), ("next", next)]))],
    };

    /// <summary>Returns a newsletter's name as it stands in a sentence: in quotation marks, unless it has some or needs none.</summary>
    public string Title(string name) =>
        name is [var first, _, .., var last] && IsMark(first) && IsMark(last) ? name : this["title", ("name", name)];

    /// <summary>Joins newsletters' names into a list, each as <see cref="Title"/> returns it.</summary>
    public string Titles(IEnumerable<string> names) => List(names.Select(Title));

    /// <summary>What stands between a label and its value, such as ": ".</summary>
    public string Colon => Labeled("", "");

    /// <summary>The comma between two parts of an address, with the space that follows it in most languages.</summary>
    public string Comma => this["comma", ("first", ""), ("next", "")];

    /// <summary>What stands between two sentences: a space, or nothing in Chinese.</summary>
    public string Space => this["sentences", ("first", ""), ("next", "")];

    /// <summary>
    /// Returns the authors' names of a byline. An author may have typed "By Anna" although the page adds "By" itself, so the word is
    /// dropped, in this language or in English.
    /// </summary>
    public string Authors(string byline)
    {
        var words = new[] { TextOf("mail.by"), TextOf("mail.by-several"), English.Text("mail.by")! };
        foreach (var by in words.Select(text => text.Split("**")[0]))
            if (byline.Length > by.Length && byline.StartsWith(by, ignoreCase: true, Culture))
                return byline[by.Length..].TrimStart();
        return byline;
    }

    /// <summary>
    /// Returns an IANA time zone in words, such as "Prague time". A zone that is not named after a place ("UTC", "Etc/GMT+3") keeps its
    /// name.
    /// </summary>
    public string Zone(string zone)
    {
        if (file.Text(ZonePrefix + zone) is { } named)
            return named;
        return zone.LastIndexOf('/') is > 0 and var slash && !zone.StartsWith("Etc/", StringComparison.Ordinal)
            ? this["time.zone", ("place", zone[(slash + 1)..].Replace('_', ' '))]
            : zone;
    }

    // Dates follow the requested tag only if its culture uses the Gregorian calendar, unlike ar-SA.
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
            // There is no culture for this tag, so the culture of the file's language is used.
        }
        return new(file, CultureInfo.GetCultureInfo(file.Language));
    }

    /// <summary>Returns the names of the placeholders in a text, or null if there is no such text.</summary>
    internal static IEnumerable<string>? HolesOf(string key) =>
        English.Text(key) is { } text ? Placeholder().Matches(text).Select(hole => hole.Groups[1].Value).Distinct() : null;

    private static bool IsMark(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
        || c is '"' or '„' or '《' or '》' or '「' or '」';

    private string TextOf(string key) =>
        file.Text(key) ?? English.Text(key) ?? throw new KeyNotFoundException($"expected a text '{key}' in en.json, got none");

    // A value may end with a full stop, such as "2 декабря 2026 г." or "Jr.". At the end of a sentence, there is only one.
    private static string Fill(string text, (string Name, object? Value)[] holes, Func<object?, string> write) =>
        Placeholder().Replace(text, hole =>
    {
        foreach (var (name, value) in holes)
            if (name == hole.Groups[1].Value)
            {
                var written = write(value);
                return written.EndsWith('.') && EndOfSentence().IsMatch(text.AsSpan(hole.Index + hole.Length)) ? written[..^1] : written;
            }
        throw new KeyNotFoundException(
            $"expected a value for the hole {hole.Value}, got only: {string.Join(", ", holes.Select(known => known.Name))}");
    });

    // Plain text keeps only a link's words, because the message has the address on a separate line.
    private static string Plain(string text) => Link().Replace(Strong().Replace(text, "$1"), "$1");

    // .NET writes Western digits but takes the group separator from the culture, so an Arabic separator is replaced by a comma.
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

    [GeneratedRegex(@"^(?:</(?:strong|a)>)*\.(?!\.)")]
    private static partial Regex EndOfSentence();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Strong();

    [GeneratedRegex(@"\[([^\]]+)\]\((\{[a-z_.]+\})\)")]
    private static partial Regex Link();
}
