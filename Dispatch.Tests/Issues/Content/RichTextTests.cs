using AngleSharp.Html.Parser;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

/// <summary>Tables, footnotes and other markup in a message's HTML, in its text part and on the web.</summary>
[TestFixture]
public class RichTextTests
{
    private const string Table = "| Crossing | Trucks | Change |\n|---|---:|---|\n| Torugart | 12,400 | -75 % |\n| Khorgos |  | 3 % |";

    [Test]
    public void A_table_is_a_table_with_its_figures_to_the_right()
    {
        var content = Render(Table);
        Assert.That(content.WebHtml, Does.Contain("<th scope=\"col\">Crossing</th><th scope=\"col\" class=\"num\">Trucks</th>")
            .And.Contain("<td>Torugart</td><td class=\"num\">12,400</td><td class=\"num\">-75 %</td>"));
        Assert.That(content.MailHtml, Does.Contain("text-align:end\">-75 %</td>").And.Not.Contain("|"));
        Assert.That(content.Text, Is.EqualTo(
            "Crossing  Trucks  Change\n--------  ------  ------\nTorugart  12,400   -75 %\nKhorgos              3 %\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [Test]
    public void A_table_of_wide_letters_is_aligned_by_their_width() =>
        Assert.That(Render("| 城市 | n |\n|---|---|\n| 喀什噶尔 | 12 |\n| A | 3 |").Text,
            Is.EqualTo("城市       n\n--------  --\n喀什噶尔  12\nA          3\n"));

    [Test]
    public void A_table_too_wide_for_the_text_part_becomes_a_record_for_each_row()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 12));
        Assert.That(Render($"| Where | What |\n|---|---|\n| {words} | {words} |\n| B | C |").Text,
            Does.StartWith("Where: word").And.EndWith("\n\nWhere: B\nWhat: C\n"));
    }

    [Test]
    public void A_table_without_headings_has_no_empty_line_for_them()
    {
        var content = Render("| | |\n|---|---|\n| a | 1 |");
        Assert.That(content.Text, Is.EqualTo("a  1\n"));
        Assert.That(content.WebHtml, Does.StartWith("<table>\n<tbody>"));
    }

    [TestCase("fr", "Où : ")]
    [TestCase("zh", "Où：")]
    public void A_record_has_its_languages_colon(string language, string label)
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 20));
        Assert.That(IssueMarkdown.Render($"| Où | B |\n|---|---|\n| {words} | 1 |", new Dictionary<string, IssuePhoto>(),
            new Uri("https://news.example/"), language).Text, Does.StartWith(label));
    }

    [Test]
    public void A_table_may_hold_links_emphasis_and_line_breaks()
    {
        var html = Render("| A | B |\n|---|---|\n| **x** | [y](https://example.org/) <br> z |").WebHtml;
        Assert.That(html, Does.Contain("<td><strong>x</strong></td><td><a href=\"https://example.org/\">y</a> <br>\n z</td>"));
    }

    [Test]
    public void Footnotes_are_numbered_and_linked_back()
    {
        var content = Render("One[^b] and two[^a], again[^b].\n\n[^a]: The *first*.\n[^b]: Note.");
        Assert.That(content.WebHtml, Is.EqualTo(
            "<p>One<sup><a id=\"fnref-1\" href=\"#fn-1\">1</a></sup> and two<sup><a id=\"fnref-2\" href=\"#fn-2\">2</a></sup>, "
            + "again<sup><a id=\"fnref-1-2\" href=\"#fn-1\">1</a></sup>.</p>\n<div class=\"footnotes\">\n<ol>\n"
            + "<li id=\"fn-1\">Note. <a href=\"#fnref-1\">↩\uFE0E</a> <a href=\"#fnref-1-2\">↩\uFE0E</a></li>\n"
            + "<li id=\"fn-2\">The <em>first</em>. <a href=\"#fnref-2\">↩\uFE0E</a></li>\n</ol>\n</div>\n"));
        Assert.That(content.Text, Is.EqualTo("One¹ and two², again¹.\n\n¹ Note.\n² The _first_.\n"));
        Assert.That(content.Faults, Is.Empty);
        var mail = new HtmlParser().ParseDocument(content.MailHtml);
        Assert.That(mail.QuerySelectorAll("a").Select(link => mail.GetElementById(link.GetAttribute("href")![1..])), Has.None.Null);
    }

    [TestCase("~~gone~~", "<s>gone</s>", "~gone~")]
    [TestCase("H~2~O", "H<sub>2</sub>O", "H₂O")]
    [TestCase("10^6^ and 1^er^", "10<sup>6</sup> and 1<sup>er</sup>", "10⁶ and 1^er")]
    [TestCase("a<br>b<BR/>c", "a<br>\nb<br>\nc", "a\nb\nc")]
    [TestCase("a\n<br />b", "a <br>\nb", "a\nb")]
    [TestCase("3~5일,6~8일", "3~5일,6~8일", "3~5일,6~8일")]
    public void Marks_of_the_extensions_are_read(string markdown, string html, string text)
    {
        var content = Render(markdown);
        Assert.That(content.WebHtml, Is.EqualTo($"<p>{html}</p>\n"));
        Assert.That(content.Text, Is.EqualTo($"{text}\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [TestCase("中文**强调。**后文", "中文<strong>强调。</strong>后文")]
    [TestCase("**请注意：**明天出发。", "<strong>请注意：</strong>明天出发。")]
    [TestCase("这是**《一带一路》**的报道。", "这是<strong>《一带一路》</strong>的报道。")]
    [TestCase("日本語**「強調」**です", "日本語<strong>「強調」</strong>です")]
    [TestCase("한국어**(강조)**입니다", "한국어<strong>(강조)</strong>입니다")]
    [TestCase("**„Zitat“**wort", "<strong>„Zitat“</strong>wort")]
    [TestCase("**«слово»**и", "<strong>«слово»</strong>и")]
    [TestCase("**Внимание!**Далее", "<strong>Внимание!</strong>Далее")]
    [TestCase("слово**«ещё»**", "слово<strong>«ещё»</strong>")]
    [TestCase("**Bold:**text and *it.*more", "<strong>Bold:</strong>text and <em>it.</em>more")]
    [TestCase("~~«слово»~~и", "<s>«слово»</s>и")]
    [TestCase("*«слово»*\u200Cи", "<em>«слово»</em>\u200Cи", Description = "Persian joins words in this way")]
    [TestCase("(**one**) and **two**, **three**.", "(<strong>one</strong>) and <strong>two</strong>, <strong>three</strong>.")]
    [TestCase("**He said (*very* loud) no.**", "<strong>He said (<em>very</em> loud) no.</strong>")]
    public void Emphasis_closes_beside_any_punctuation(string markdown, string html)
    {
        var content = Render(markdown);
        Assert.That(content.WebHtml, Is.EqualTo($"<p>{html}</p>\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [TestCase("##\u00A0Heading", "<h2>Heading</h2>\n")]
    [TestCase("##\u3000标题", "<h2>标题</h2>\n")]
    [TestCase("-\u00A0one\n-\u00A0two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n")]
    [TestCase("1.\u202Fone", "<ol>\n<li>one</li>\n</ol>\n")]
    [TestCase("- [ ] to do\n- [x] done", "<ul>\n<li>☐ to do</li>\n<li>☑ done</li>\n</ul>\n")]
    [TestCase("1. One\n2. Two\n10. Ten", "<ol>\n<li>One</li>\n<li>Two</li>\n<li value=\"10\">Ten</li>\n</ol>\n")]
    [TestCase("1. One\n1. Two", "<ol>\n<li>One</li>\n<li>Two</li>\n</ol>\n")]
    public void Lists_and_headings_are_read_as_typed(string markdown, string html) =>
        Assert.That(Render(markdown).WebHtml, Is.EqualTo(html));

    [Test]
    public void A_callout_is_set_apart()
    {
        var content = Render("> [!NOTE]\n> Mind the **gap**.");
        Assert.That(content.WebHtml, Is.EqualTo("<div class=\"callout\">\n<p>Mind the <strong>gap</strong>.</p>\n</div>\n"));
        Assert.That(content.MailHtml, Does.Contain("class=\"callout\" bgcolor").And.Not.Contain("[!NOTE]"));
        Assert.That(content.Text, Is.EqualTo("| Mind the *gap*.\n"));
    }

    [Test]
    public void A_link_marked_as_a_button_can_be_pressed_all_over()
    {
        var content = Render("[Read the report](https://example.org/r){.button}");
        Assert.That(content.WebHtml, Is.EqualTo("<p><a class=\"button primary\" href=\"https://example.org/r\">Read the report</a></p>\n"));
        Assert.That(content.MailHtml, Does.Contain("<a href=\"https://example.org/r\" style=\"display:inline-block;padding:13px 28px;"));
        Assert.That(content.Text, Is.EqualTo("Read the report: https://example.org/r\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [Test]
    public void Buttons_on_lines_of_their_own_are_buttons_and_one_that_leads_nowhere_is_told_once()
    {
        var content = Render("[One](https://example.org/1){.button}\n[Two](https://example.org/2){.button}\n\n"
            + "[Three](example.org){.button}");
        Assert.That(new HtmlParser().ParseDocument(content.WebHtml).QuerySelectorAll("a.button").Select(button => button.TextContent),
            Is.EqualTo(new[] { "One", "Two" }));
        Assert.That(content.WebHtml, Does.Contain("<p>Three</p>"));
        Assert.That(content.Faults.Select(fault => fault.Rule), Is.EqualTo(new[] { "link-host" }));
    }

    [Test]
    public void Items_of_lists_within_lists_are_equally_far_apart()
    {
        var mail = new HtmlParser().ParseDocument(Render("- a\n  - b\n    - c\n  - d\n- e").MailHtml);
        Assert.That(mail.QuerySelectorAll("li").Select(item => item.GetAttribute("style")?.Split(';')[^1]),
            Is.EqualTo(new[] { "margin:0", "margin:8px 0 0", "margin:8px 0 0", "margin:8px 0 0", "margin:8px 0 0" }));
        Assert.That(mail.QuerySelectorAll("li ul").Select(list => list.GetAttribute("style")), Is.All.EndWith("margin:0"));
    }

    [TestCase("en", "1986. A year.\n2. Another.", "padding-left:64px")]
    [TestCase("ar", "1986. سنة\n2. أخرى", "padding-right:64px")]
    [TestCase("en", "9. Nine.\n10. Ten.", null)]
    public void Long_numbers_of_a_list_stay_within_the_column(string language, string markdown, string? padding)
    {
        var content = IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"), language);
        Assert.That(content.MailHtml, padding is null ? Does.Not.Contain("padding-left") : Does.Contain(padding));
        Assert.That(content.WebHtml.Contains("class=\"long-numbers\"", StringComparison.Ordinal), Is.EqualTo(padding is not null));
    }

    [TestCase("--", "--\n")]
    [TestCase("\\-- Reid", "-- Reid\n")]
    [TestCase("-- Reid", "— Reid\n")]
    [TestCase("Yours,\n\n--\n\nReid", "Yours,\n\n--\n\nReid\n")]
    public void Two_hyphens_that_are_no_dash_stay(string markdown, string text) => Assert.That(IssueMarkdown.Render(markdown,
        new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"), "en", new IssueLook { SmartTypography = true }).Text,
        Is.EqualTo(text));

    private static IssueContent Render(string markdown) =>
        IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"));
}
