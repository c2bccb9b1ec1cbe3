using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Pages.Shared;

/// <summary>
/// The texts of a reader page in one language. The first known language applies: the one chosen on the page (<c>?lang=</c>), that of the
/// reader to whom a link belongs, the browser's, the newsletter's.
/// </summary>
public sealed partial class ReaderTexts
{
    public const string Parameter = "lang";

    private const int MostHeaders = 1000;

    // Browsers send few different headers, so their languages are cached.
    private static readonly ConcurrentDictionary<string, Texts?> ByHeader = new(StringComparer.Ordinal);

    private readonly HttpContext http;
    private readonly Dictionary<string, StringValues> query;
    private Texts? own;
    private Texts? newsletters;
    private Texts? texts;

    public ReaderTexts(IHttpContextAccessor accessor)
    {
        http = accessor.HttpContext ?? throw new InvalidOperationException("expected a request, got none");
        // An error page runs the pipeline a second time, and this feature has the original query.
        query = QueryHelpers.ParseQuery(http.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalQueryString
            ?? http.Request.QueryString.Value);
        Chosen = Texts.Find(query.GetValueOrDefault(Parameter))?.Language;
    }

    /// <summary>The language chosen on the page, which its links carry along, or null if none was chosen.</summary>
    public string? Chosen { get; private set; }

    public string Language => Current.Language;
    public string Direction => Current.Direction;
    public bool IsRightToLeft => Current.IsRightToLeft;
    public Texts Current => texts ??= Decide();

    public string this[string key] => Current[key];

    public string this[string key, params (string Name, object? Value)[] holes] => Current[key, holes];

    public string Count(string key, long count, params (string Name, object? Value)[] holes) => Current.Count(key, count, holes);

    /// <summary>
    /// Returns a text as HTML, with its strong words and links. Links to this site must go through <see cref="LinkTo"/> first.
    /// </summary>
    public IHtmlContent Html(string key, params (string Name, object? Value)[] holes) => new HtmlString(Current.Html(key, holes).Value);

    /// <summary>Returns a text without the asterisks around strong words.</summary>
    public string Plain(string key, params (string Name, object? Value)[] holes) =>
        this[key, holes].Replace("**", "", StringComparison.Ordinal);

    /// <summary>Sets the reader's own language, from the subscription. Null, or a language without texts, changes nothing.</summary>
    public void Prefer(string? language) => (own, texts) = (Texts.Find(language) ?? own, null);

    /// <summary>Sets the page's newsletter, whose language applies if the browser states none.</summary>
    public void FallBackTo(Newsletter? newsletter) =>
        (newsletters, texts) = (newsletter is null ? null : Texts.Of(newsletter.Locale), null);

    /// <summary>Sets the language in which the submitted form was shown.</summary>
    public void Choose(string? language) => (Chosen, texts) = (Texts.Find(language)?.Language ?? Chosen, null);

    /// <summary>Returns an address on this site with the chosen language added, if there is one.</summary>
    [return: NotNullIfNotNull(nameof(address))]
    public string? Carry(string? address)
    {
        if (Chosen is null || address is null || !address.StartsWith('/') || address.StartsWith("//", StringComparison.Ordinal))
            return address;
        var hash = address.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? at : address.Length;
        var separator = address.AsSpan(0, hash).Contains('?') ? '&' : '?';
        return $"{address[..hash]}{separator}{Parameter}={Chosen}{address[hash..]}";
    }

    /// <summary>Returns the whole path of an address on this site, for links that are in a text, with the chosen language.</summary>
    public string LinkTo(string address) => http.Request.PathBase + Carry(address);

    /// <summary>
    /// Returns this page's relative address in every language. Of the query, only an issue's key is kept, because other parameters may say
    /// where the reader came from.
    /// </summary>
    public IEnumerable<(Texts Texts, string Address)> Others()
    {
        var rest = query.Where(parameter => parameter.Key == IssueAddresses.Key).ToList();
        return Texts.All.Select(known => (known, QueryString.Create([.. rest, new(Parameter, known.Language)]).Value!));
    }

    /// <summary>Returns a newsletter's name in the page's language, if it has one in that language.</summary>
    public string NameOf(Newsletter newsletter) => newsletter.NameIn(Language);

    /// <summary>Returns the language of <see cref="NameOf"/>, for the <c>lang</c> attribute.</summary>
    public string LanguageOfName(Newsletter newsletter) => newsletter.LanguageOfNameIn(Language);

    /// <summary>Returns a newsletter's name as it stands in a sentence of the page's language.</summary>
    public string TitleOf(Newsletter newsletter) => Current.Title(NameOf(newsletter));

    /// <summary>Returns the names of newsletters as a list in a sentence of the page's language.</summary>
    public string TitlesOf(IEnumerable<Newsletter> several) => Current.Titles(several.Select(NameOf));

    public string DateOf(Newsletter newsletter, DateTimeOffset instant) => newsletter.DateIn(Current.Culture, instant);

    /// <summary>
    /// Returns the date as written after "until". Russian needs the genitive of the weekday, which .NET's date formats can't produce.
    /// </summary>
    public string UntilOf(Newsletter newsletter, DateTimeOffset instant)
    {
        var date = DateOf(newsletter, instant);
        return Current.Language == "ru" && date.Split(',', 2) is [var weekday, var rest] ? $"{Genitive(weekday)},{rest}" : date;
    }

    /// <summary>Returns a newsletter's postal address on one line, with the commas of the newsletter's language, which it is in.</summary>
    public static string PostalAddressOf(Newsletter newsletter) =>
        newsletter.PostalAddress.ReplaceLineEndings(Texts.Of(newsletter.Locale).Comma);

    /// <summary>
    /// Returns an email address for a sentence. Browsers break lines after a hyphen or a slash, and the address would read as two words, in
    /// the wrong order where the sentence runs from right to left. With these places held together, it breaks only if no line is long
    /// enough for it.
    /// </summary>
    public static Markup Email(string address) =>
        new($"<bdi class=\"email\">{Breaks().Replace(HtmlText.Encode(address), "<span>$0</span>")}</bdi>");

    [GeneratedRegex("[a-zA-Z0-9]?[-/|?!%]+[a-zA-Z0-9]?")]
    private static partial Regex Breaks();

    private static string Genitive(string weekday) => weekday switch
    {
        "среда" or "пятница" or "суббота" => weekday[..^1] + "ы",
        "воскресенье" => "воскресенья",
        _ => weekday + "а",
    };

    /// <summary>Formats a day in the form "2 December", for places that show the year above it.</summary>
    public string DayOf(Newsletter newsletter, DateTimeOffset instant) => newsletter.At(instant).ToString("m", Current.Culture);

    /// <summary>Formats an instant in the form "Wednesday, December 2, 2026, 9:00 AM (Prague time)".</summary>
    public string DateAndTimeOf(Newsletter newsletter, DateTimeOffset instant) =>
        this["time.at", ("date", DateOf(newsletter, instant)), ("time", newsletter.At(instant).ToString("t", Current.Culture)),
            ("zone", Current.Zone(newsletter.TimeZone))];

    private Texts Decide()
    {
        // The response depends on the browser's language, so a cache must not serve it to readers with another language.
        var vary = http.Response.Headers.Vary;
        if (!http.Response.HasStarted && !vary.Contains(HeaderNames.AcceptLanguage))
            http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return Chosen is { } chosen ? Texts.Of(chosen) : own ?? OfBrowser(http.Request) ?? newsletters ?? Texts.Of(null);
    }

    /// <summary>
    /// Returns the language that a request asks for: the chosen one, the browser's, or an empty string. Requests with the same result get
    /// the same words and dates.
    /// </summary>
    public static string WishOf(HttpRequest request) =>
        request.Query.TryGetValue(Parameter, out var chosen) && Texts.Find(chosen) is { } known ? $"?{known.Language}"
        : OfBrowser(request) is { } browsers ? $"{browsers.Language}/{browsers.Culture.Name}" : "";

    private static Texts? OfBrowser(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage.ToString();
        if (ByHeader.TryGetValue(header, out var texts))
            return texts;
        if (ByHeader.Count >= MostHeaders)
            ByHeader.Clear();
        return ByHeader[header] = request.GetTypedHeaders().AcceptLanguage
            .Where(accepted => accepted.Quality is not 0).OrderByDescending(accepted => accepted.Quality ?? 1)
            .Select(accepted => Texts.Find(accepted.Value.Value)).FirstOrDefault(known => known is not null);
    }
}
