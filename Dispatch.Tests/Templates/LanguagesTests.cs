using System.Text.Json;
using System.Text.RegularExpressions;
using Dispatch.Templates.Languages;

namespace Dispatch.Tests.Templates;

/// <summary>Every language has all texts.</summary>
public partial class LanguagesTests
{
    private static readonly IReadOnlyDictionary<string, LanguageFile> Files = LanguageFile.ReadAll();
    private static readonly LanguageFile English = Files["en"];

    private static IEnumerable<string> Languages => Files.Keys.Order(StringComparer.Ordinal);

    [Test]
    public void Six_languages_and_more_are_spoken() =>
        Assert.That(Languages, Is.SupersetOf(new[] { "ar", "de", "en", "fr", "ru", "zh" }));

    [TestCaseSource(nameof(Languages))]
    public void A_language_lacks_no_text_and_has_none_too_much(string language) => Assert.Multiple(() =>
    {
        Assert.That(English.Keys.Except(Files[language].Keys), Is.Empty, "lacks");
        Assert.That(Files[language].Keys.Except(English.Keys), Is.Empty, "has too much");
        Assert.That(English.Keys.Where(key => (English.Forms(key) is null) != (Files[language].Forms(key) is null)),
            Is.Empty, "counts in one language only");
    });

    [TestCaseSource(nameof(Languages))]
    public void A_text_has_the_same_holes_and_links_in_every_language(string language) =>
        Assert.That(English.Keys.Where(key => Shape(English, key) != Shape(Files[language], key))
            .Select(key => $"{key}: expected {Shape(English, key)}, got {Shape(Files[language], key)}"), Is.Empty);

    [TestCaseSource(nameof(Languages))]
    public void A_text_that_counts_has_each_plural_form_of_its_language(string language)
    {
        var file = Files[language];
        Assert.That(
            from key in file.Keys
            let forms = file.Forms(key)
            where forms is not null && !forms.Keys.ToHashSet().SetEquals(file.Plurals.Forms)
            select $"{key}: expected {string.Join(", ", file.Plurals.Forms)}, got {string.Join(", ", forms.Keys)}",
            Is.Empty);
    }

    [TestCaseSource(nameof(Languages))]
    public void No_text_is_empty_or_begins_or_ends_with_a_space(string language)
    {
        var file = Files[language];
        var texts = file.Keys.SelectMany(key => file.Forms(key)?.Values ?? [file.Text(key)!]);
        Assert.That(texts.Where(text => text.Length == 0 || text.Trim() != text), Is.Empty);
    }

    // French puts a narrow no-break space before ; ! ? and a full one before a colon and inside the quotation marks.
    [Test]
    public void French_marks_keep_to_their_word()
    {
        var file = Files["fr"];
        var texts = file.Keys.SelectMany(key => file.Forms(key)?.Values ?? [file.Text(key)!]);
        Assert.That(texts.Where(text => LooseMark().IsMatch(Texts.Placeholder().Replace(text, "x"))), Is.Empty);
    }

    [TestCaseSource(nameof(Languages))]
    public void A_file_is_sorted_by_key(string language)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream($"Dispatch.Templates.Languages.{language}.json")!;
        using var json = JsonDocument.Parse(stream, LanguageFile.Commented);
        var keys = json.RootElement.EnumerateObject().Select(text => text.Name).ToList();
        Assert.That(keys, Is.EqualTo(keys.Order(StringComparer.Ordinal)).And.Unique);
    }

    [Test]
    public void Every_text_is_asked_for_and_every_text_asked_for_is_there()
    {
        var sources = Sources();
        var asked = sources.SelectMany(source => Asked().Matches(source)).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.That(asked.Except(English.Keys).Order(), Is.Empty, "asked for and not there");
        var begun = sources.SelectMany(source => Begun().Matches(source)).Select(match => match.Groups[1].Value).ToHashSet();
        var all = string.Join('\n', sources);
        var idle = English.Keys.Where(key => !all.Contains($"\"{key}\"", StringComparison.Ordinal)
            && !begun.Any(part => key.StartsWith(part, StringComparison.Ordinal)));
        Assert.That(idle, Is.Empty, "nobody asks for it");
    }

    [TestCase("en", 1, "1 issue")]
    [TestCase("en", 0, "0 issues")]
    [TestCase("en", 1234, "1,234 issues")]
    [TestCase("de", 1234, "1.234 Ausgaben")]
    [TestCase("fr", 0, "0 numéro")]
    [TestCase("fr", 2, "2 numéros")]
    [TestCase("ru", 1, "1 выпуск")]
    [TestCase("ru", 3, "3 выпуска")]
    [TestCase("ru", 11, "11 выпусков")]
    [TestCase("ru", 12, "12 выпусков")]
    [TestCase("ru", 21, "21 выпуск")]
    [TestCase("ru", 25, "25 выпусков")]
    [TestCase("zh", 1, "1 期")]
    [TestCase("ar", 1, "عدد واحد")]
    [TestCase("ar", 2, "عددان")]
    [TestCase("ar", 5, "5 أعداد")]
    [TestCase("ar", 11, "11 عددًا")]
    [TestCase("ar", 100, "100 عدد")]
    [TestCase("ar", 103, "103 أعداد")]
    [TestCase("ar", 1234, "1,234 عددًا", Description = "with our digits goes our comma")]
    public void A_number_takes_the_plural_of_its_language(string language, long count, string expected) =>
        Assert.That(Texts.Of(language).Count("archive.issues", count), Is.EqualTo(expected));

    [TestCase("ru", "ru", "ru")]
    [TestCase("ru-KZ", "ru", "ru-KZ")]
    [TestCase("zh-Hant-TW", "zh", "zh-Hant-TW")]
    [TestCase("en-GB", "en", "en-GB")]
    [TestCase("ar-SA", "ar", "ar", Description = "its dates count by the moon")]
    [TestCase("cs", "en", "en")]
    [TestCase(null, "en", "en")]
    [TestCase("", "en", "en")]
    [TestCase("-", "en", "en")]
    [TestCase("de-XXXXXXXXXX", "de", "de")]
    public void A_tag_gets_its_language_or_English(string? tag, string language, string culture)
    {
        var texts = Texts.Of(tag);
        Assert.That((texts.Language, texts.Culture.Name), Is.EqualTo((language, culture)));
    }

    [Test]
    public void What_stands_in_a_hole_is_text_in_HTML_and_its_link_is_one()
    {
        var html = Texts.Of("en").Html("welcome.last", ("last_issue_url", "/a?b=1&c=2"), ("last_issue_subject", "\"><script>"));
        Assert.That(html.Value,
            Does.Contain("<a href=\"/a?b=1&amp;c=2\">").And.Contain("&quot;&gt;&lt;script&gt;").And.Not.Contain("<script"));
        Assert.That(Texts.Of("en").Html("mail.by", ("byline", "A & B")).Value, Does.Contain("<strong>A &amp; B</strong>"));
    }

    [TestCase("en", "A and B", "A, B and C")]
    [TestCase("de", "„A“ und „B“", "„A“, „B“ und „C“")]
    [TestCase("fr", "«\u00A0A\u00A0» et «\u00A0B\u00A0»", "«\u00A0A\u00A0», «\u00A0B\u00A0» et «\u00A0C\u00A0»")]
    [TestCase("ru", "«A» и «B»", "«A», «B» и «C»")]
    [TestCase("zh", "《A》和《B》", "《A》、《B》和《C》")]
    [TestCase("ar", "«A» و«B»", "«A» و«B» و«C»")]
    public void Titles_have_their_languages_marks_and_and_before_the_last(string language, string two, string three)
    {
        var texts = Texts.Of(language);
        Assert.That(texts.Titles(["A", "B"]), Is.EqualTo(two));
        Assert.That(texts.Titles(["A", "B", "C"]), Is.EqualTo(three));
        Assert.That((texts.Titles([]), texts.Titles(["A"])), Is.EqualTo(("", texts.Title("A"))));
    }

    [TestCase("«Азия»")]
    [TestCase("\"Asia\"")]
    [TestCase("《亚洲》")]
    public void A_title_that_has_marks_gets_no_second_ones(string name) => Assert.That(Texts.Of("ru").Title(name), Is.EqualTo(name));

    [TestCase("ru", "welcome.next", "next_issue_date", "20 декабря 2026 г.", "Следующий выпуск: 20 декабря 2026 г.")]
    [TestCase("en", "welcome.next", "next_issue_date", "December 20", "The next issue is due on December 20.")]
    [TestCase("en", "front.written-by", "names", "Anna Novak Jr.", "Written by Anna Novak Jr.")]
    public void A_value_that_ends_with_a_stop_gets_no_second_one(string language, string key, string hole, string value, string expected)
    {
        Assert.That(Texts.Of(language)[key, (hole, value)], Is.EqualTo(expected));
        Assert.That(Texts.Of(language).Html(key, (hole, value)).Value, Does.EndWith("</strong>.").And.Not.Contain(".</strong>."));
    }

    [TestCase("en", "By Anna Novak", "Anna Novak")]
    [TestCase("en", "by Anna Novak", "Anna Novak")]
    [TestCase("de", "Von Anna Novak", "Anna Novak")]
    [TestCase("ru", "Автор: Анна Новак", "Анна Новак")]
    [TestCase("ru", "Авторы: Анна Новак и Иван Ли", "Анна Новак и Иван Ли")]
    [TestCase("zh", "作者：王芳", "王芳")]
    [TestCase("ar", "By Anna Novak", "Anna Novak")]
    [TestCase("en", "Byron Smith", "Byron Smith")]
    [TestCase("en", "Von Miller", "Von Miller", Description = "a name in English")]
    [TestCase("en", "", "")]
    public void A_byline_that_begins_with_by_is_only_the_names(string language, string byline, string authors) =>
        Assert.That(Texts.Of(language).Authors(byline), Is.EqualTo(authors));

    [TestCase("en", ": ", " ")]
    [TestCase("fr", "\u00A0: ", " ")]
    [TestCase("zh", "：", "")]
    public void A_label_and_a_sentence_end_as_the_language_has_it(string language, string colon, string space) =>
        Assert.That((Texts.Of(language).Colon, Texts.Of(language).Space), Is.EqualTo((colon, space)));

    // Chinese has no space before or after its own punctuation.
    [Test]
    public void Chinese_marks_have_no_blank_beside_them()
    {
        var file = Files["zh"];
        var texts = file.Keys.SelectMany(key => file.Forms(key)?.Values ?? [file.Text(key)!]);
        Assert.That(texts.Where(text => BlankBesideMark().IsMatch(text)), Is.Empty);
    }

    // In these languages "mail" or "post" alone is the paper kind, and each file's comment names one word for one thing.
    [TestCase("en", @"\bmails?\b(?! (?:server|scanner))|e-mail|\bsomebody\b|\berase|\bpress\b|run out")]
    [TestCase("de", @"(?<!E-)\bMails?\b|Knopf|bekomm")]
    [TestCase("fr", @"\bmails?\b|e-mail|\b[Pp]ress(?:ez|er)\b|[Aa]ppuyez|\babonnés?\b")]
    [TestCase("ru", @"по почте|\bмейл")]
    [TestCase("zh", "按下|偏好|电子邮件|通訊")]
    [TestCase("ar", @"بالبريد(?! الإلكتروني)|محسوبة|امحُ|تمحو")]
    public void A_language_keeps_to_its_terms(string language, string strays)
    {
        var file = Files[language];
        var texts = file.Keys.SelectMany(key => file.Forms(key)?.Values ?? [file.Text(key)!]);
        Assert.That(texts.Where(text => Regex.IsMatch(text, strays)), Is.Empty);
    }

    [Test]
    public void A_rule_that_is_none_of_CLDRs_is_refused() =>
        Assert.That(() => new PluralRules(new Dictionary<string, string> { ["one"] = "n is 1" }), Throws.TypeOf<FormatException>());

    private static string Shape(LanguageFile file, string key)
    {
        var texts = file.Forms(key)?.Values ?? [file.Text(key) ?? ""];
        var holes = texts.SelectMany(text => Texts.Placeholder().Matches(text)).Select(hole => hole.Value)
            .Where(hole => hole != "{count}").Distinct().Order();
        var marks = file.Forms(key) is null ? $"{Mark().Count(file.Text(key) ?? "")} strong or linked" : "";
        return $"{string.Join(' ', holes)} {marks}".Trim();
    }

    private static List<string> Sources()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Dispatch.sln")))
            root = root.Parent!;
        return [.. from project in new[] { "Dispatch.Api", "Dispatch.Worker", "Dispatch.Templates" }
                   from file in Directory.EnumerateFiles(Path.Combine(root.FullName, project), "*", SearchOption.AllDirectories)
                   where Path.GetExtension(file) is ".cs" or ".cshtml" or ".sbnhtml" or ".sbntxt"
                   where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                   select File.ReadAllText(file)];
    }

    // Matches texts["a.b"], texts.Html("a.b", …), texts.Count("a.b", …), and {{ text "a.b" }} in a template.
    [GeneratedRegex(@"\b(?:[Tt]exts?|counted)(?:\.Current)?(?:\.(?:Html|Count))?[\[(\s]+""([a-z0-9]+(?:[.-][a-zA-Z0-9/]+)+)""")]
    private static partial Regex Asked();

    // Matches keys that are completed at runtime, such as $"error.{status}.heading" and "time.zone." + zone.
    [GeneratedRegex(@"""([a-z]+\.(?:[a-z-]+\.)*)[{""]")]
    private static partial Regex Begun();

    [GeneratedRegex(@"(?<!\u202F)[;!?]|(?<!\u00A0)[:»]|«(?!\u00A0)")]
    private static partial Regex LooseMark();

    [GeneratedRegex(@"[\s\u3000][，。：；！？、》）”]|[，。：；！？、《（“][\s\u3000]")]
    private static partial Regex BlankBesideMark();

    [GeneratedRegex(@"\*\*[^*]+\*\*|\[[^\]]+\]\(\{")]
    private static partial Regex Mark();
}
