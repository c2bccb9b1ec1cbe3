using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

/// <summary>Texts in scripts and directions other than those around them, quotations, code, and the words that Dispatch adds.</summary>
[TestFixture]
public class ScriptTests
{
    private const string Arabic = "قال الوزير (أمس) إن الطريق سيُفتح.";
    private const string English = "The minister said (yesterday) that the road will open.";

    [TestCase("en", Arabic, "rtl")]
    [TestCase("ar", English, "ltr")]
    public void A_block_written_the_other_way_than_its_issue_says_so_in_the_mail_and_in_the_archive(
        string language, string other, string direction)
    {
        var markdown = $"{other}\n\n## {other}\n\n> {other}\n\n- {other}\n\n1. {other}\n\n    {other}\n\n"
            + $"![{other}](photos/road.jpg \"{other}\")\n\n"
            + $"| {other} | a |\n|---|---|\n| {other} | b |\n\n> [!NOTE]\n> {other}\n\nA word.[^1] كلمة.\n\n[^1]: {other}";
        var content = Render(markdown, language);
        using (Assert.EnterMultipleScope())
        {
            foreach (var html in new[] { content.MailHtml, content.WebHtml })
                foreach (var leaf in Parse(html).QuerySelectorAll("*").Where(element =>
                    element.Children.All(child => child.LocalName is "a") && element.TextContent.Contains(other, StringComparison.Ordinal)))
                    Assert.That(leaf.Closest("[dir]")?.GetAttribute("dir"), Is.EqualTo(direction), leaf.OuterHtml);
            Assert.That(Parse(content.MailHtml).QuerySelector("p")!.GetAttribute("style"),
                Does.Contain(direction == "rtl" ? "text-align:right" : "text-align:left"));
        }
    }

    [TestCase("ar", "Google أعلنت اليوم عن فتح مكتب جديد في المدينة.", Description = "begins with a Latin name")]
    [TestCase("en", "He said: «سيُفتح الطريق غدًا إن شاء الله».", Description = "quotes more Arabic than it has English")]
    [TestCase("fa", "Radio Farda در متن.", Description = "begins with as many Latin words as it has Persian ones")]
    [TestCase("en", "2026, 50 %"), TestCase("ar", "2026, 50 %")]
    [TestCase("en", English), TestCase("ar", Arabic)]
    public void A_block_that_goes_the_way_of_its_issue_says_nothing(string language, string words) =>
        Assert.That(Render(words, language).MailHtml, Does.Not.Contain("dir="));

    [Test]
    public void An_Arabic_sentence_stays_one_although_its_Latin_words_are_longer() =>
        Assert.That(Render("قال الناطق باسم Ministry of Transport إن الطريق مغلق حتى الغد.").MailHtml, Does.Contain("<p dir=\"rtl\""));

    [TestCase("*重要*。", "重要"), TestCase("هذا *مهم* جدًا.", "مهم"), TestCase("It is *মহৎ*.", "মহৎ")]
    public void Emphasis_in_a_script_without_italics_is_bold(string markdown, string words)
    {
        var content = Render(markdown);
        Assert.That(content.MailHtml, Does.Contain($"<em style=\"font-style:normal;font-weight:bold\">{words}</em>"));
        Assert.That(content.WebHtml, Does.Contain($"<em class=\"upright\">{words}</em>"));
    }

    [TestCase("*word*"), TestCase("*слово*"), TestCase("*λέξη*"), TestCase("*Nguyễn*"), TestCase("*“5 %”*")]
    public void Elsewhere_it_stays_as_it_is(string markdown) =>
        Assert.That(Render(markdown).MailHtml, Does.Contain("<em>").And.Not.Contain("font-style"));

    [TestCase("## 中国的道路"), TestCase("## طريق الصين"), TestCase("![道](photos/road.jpg \"一条路 | 新华社\")")]
    public void Headings_and_credits_in_such_a_script_are_not_spaced_out(string markdown) =>
        Assert.That(Render(markdown).MailHtml, Does.Not.Contain("letter-spacing").And.Not.Contain("uppercase"));

    [Test]
    public void Three_levels_of_quotation_tell_apart()
    {
        var content = Render("> One\n>\n> > Two\n> >\n> > > Three");
        var quotes = Parse(content.MailHtml).QuerySelectorAll("blockquote").Select(quote => quote.GetAttribute("style")!).ToList();
        Assert.That(quotes, Has.Count.EqualTo(3).And.Unique.And.All.Contains("border-left:3px solid"));
        Assert.That(content.MailHtml, Does.Not.Contain("italic"));
        Assert.That(content.Text, Does.Contain("> > > Three"));
    }

    [Test]
    public void A_quotation_in_Arabic_has_its_rule_where_its_lines_begin() =>
        Assert.That(Render($"> {Arabic}").MailHtml, Does.Match("<blockquote dir=\"rtl\"[^>]*border-right:3px"));

    [TestCase("```\nif (x)\n\treturn y;\n```", "if (x)<br>&nbsp;&nbsp;&nbsp;&nbsp;return y;")]
    [TestCase("```\n one\n  two\na\tb\n```", "&nbsp;one<br>&nbsp;&nbsp;two<br>a &nbsp;&nbsp;b")]
    [TestCase("```\nx < y\n```", "x &lt; y")]
    public void Code_keeps_its_indentation_and_has_a_ground(string markdown, string expected)
    {
        var code = Parse(Render(markdown, "ar").MailHtml).QuerySelector("td.ground")!;
        Assert.That(Flat(code.InnerHtml), Is.EqualTo(Flat(expected)));
        Assert.That((code.GetAttribute("dir"), code.GetAttribute("bgcolor")), Is.EqualTo(("ltr", "#f1efea")));
    }

    [TestCase("en", "[Photo: A road (AFP)]")]
    [TestCase("de-AT", "[Foto: A road (AFP)]")]
    [TestCase("fr", "[Photo : A road (AFP)]")]
    [TestCase("zh", "[图片：A road（AFP）]")]
    [TestCase("ar", "[صورة: A road (AFP)]")]
    [TestCase("fa", "[عکس: A road (AFP)]")]
    [TestCase("ug", "[سۈرەت: A road (AFP)]")]
    [TestCase("cs", "[Foto: A road (AFP)]")]
    public void A_picture_s_caption_in_the_text_part_is_told_in_the_issue_s_language(string language, string expected) =>
        Assert.That(Render("![Two men](photos/road.jpg \"A road | AFP\")", language).Text.Replace('\u00A0', ' ').Trim(),
            Is.EqualTo(expected));

    [Test]
    public void An_alt_text_that_repeats_the_caption_becomes_the_word_of_the_language() =>
        Assert.That(Render("![A road](photos/road.jpg \"A road\")", "ru").MailHtml, Does.Contain("alt=\"Фото\""));

    [TestCase("## Head\n\nFirst words.\n\nMore.", "First words. More.")]
    [TestCase("![Alt](photos/road.jpg \"Caption\")\n\n> A **quote**.", "A quote.")]
    public void An_issue_opens_with_the_first_words_of_its_text(string markdown, string expected) =>
        Assert.That(Render(markdown).Opening, Is.EqualTo(expected));

    [Test]
    public void A_long_opening_ends_at_a_word()
    {
        var opening = Render(string.Concat(Enumerable.Repeat("Several words, ", 30))).Opening;
        Assert.That(opening, Has.Length.LessThanOrEqualTo(141).And.EndsWith("words…").Or.EndsWith("Several…"));
        Assert.That(Render(new string('中', 500)).Opening, Is.EqualTo(new string('中', 140) + "…"));
    }

    private static string Flat(string html) => html.Replace("\u00A0", "&nbsp;", StringComparison.Ordinal);

    private static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static IssueContent Render(string markdown, string language = "en") => IssueMarkdown.Render(markdown,
        new Dictionary<string, IssuePhoto> { ["photos/road.jpg"] = new("photos/road.jpg", "https://news.example/media/r.jpg", 1200, 800) },
        new Uri("https://news.example/"), language);
}
