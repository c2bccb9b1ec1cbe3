using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

/// <summary>Authors are warned about Markdown and placeholders that would reach readers as raw text.</summary>
[TestFixture]
public class SlipTests
{
    [TestCase("Text.\n\n![A road(photos/road.jpg)", FaultSeverity.Error, 3, "picture-unread")]
    [TestCase("![A road] (photos/road.jpg)", FaultSeverity.Error, 1, "picture-unread")]
    [TestCase("！[路]（photos/road.jpg）", FaultSeverity.Error, 1, "picture-unread", Description = "the marks of a Chinese keyboard")]
    [TestCase("one\ntwo [words](see page 4) more", FaultSeverity.Warning, 2, "link-unread")]
    [TestCase("[链接]（https://example.org/）", FaultSeverity.Warning, 1, "link-unread")]
    [TestCase("[words] (https://example.org/)", FaultSeverity.Warning, 1, "link-unread")]
    [TestCase("one\n\n**unclosed words", FaultSeverity.Warning, 3, "bold-unread")]
    [TestCase("** words **", FaultSeverity.Warning, 1, "bold-unread")]
    [TestCase("＊＊强调＊＊", FaultSeverity.Warning, 1, "bold-unread")]
    [TestCase("~~ gone ~~", FaultSeverity.Warning, 1, "strike-unread")]
    [TestCase("he ==marked== it", FaultSeverity.Warning, 1, "highlight")]
    [TestCase("Text\n| a | b |\n|---|---|\n| 1 | 2 |\nmore", FaultSeverity.Warning, 3, "table-unread")]
    [TestCase("A word.[^1]", FaultSeverity.Warning, 1, "footnote-unread")]
    [TestCase("One.\n\n[^1]: Nobody refers to it.", FaultSeverity.Warning, 3, "footnote-unused")]
    [TestCase("One.\n\n##Two", FaultSeverity.Warning, 3, "heading-unread")]
    [TestCase("One.\n\n##\n\nTwo.", FaultSeverity.Warning, 3, "heading-empty")]
    [TestCase("::: note\nWords.\n:::", FaultSeverity.Warning, 1, "callout-unread")]
    [TestCase("> [!TIP] Title here\n> Words.", FaultSeverity.Warning, 1, "callout-unread")]
    [TestCase("Press [Go](https://example.org/){.button} now.", FaultSeverity.Warning, 1, "button-unread")]
    [TestCase("Words ![A road](photos/road.jpg \"The road | AFP\") more.", FaultSeverity.Warning, 1, "caption-lost")]
    [TestCase("Then came a year.\n\n1986. What a year it was.", FaultSeverity.Warning, 3, "list-number")]
    [TestCase("Term\n: what it means", FaultSeverity.Warning, 2, "definition-unread")]
    [TestCase("```\ncode\n\nand the rest of the issue", FaultSeverity.Warning, 1, "code-open")]
    [TestCase("— Когда откроют?\n— Не знаю.", FaultSeverity.Warning, 2, "line-joined", Description = "readers see one line")]
    [TestCase("Three:\n-one\n-two", FaultSeverity.Warning, 2, "list-unread")]
    [TestCase("Then:\n2. two\n3. three", FaultSeverity.Warning, 2, "list-unread")]
    [TestCase("First\na) one\nb) two", FaultSeverity.Warning, 3, "list-unread")]
    [TestCase("First:\n2- two\n3- three", FaultSeverity.Warning, 3, "list-unread")]
    [TestCase("أولا\n٢. ثانيا", FaultSeverity.Warning, 2, "list-unread", Description = "digits of another script")]
    [TestCase("三点：\n1、第一\n2、第二", FaultSeverity.Warning, 2, "list-unread")]
    [TestCase("> We stay.\n> -- Ana", FaultSeverity.Warning, 2, "line-joined")]
    [TestCase("See [the report][1].", FaultSeverity.Warning, 1, "link-unread", Description = "a reference without its definition")]
    [TestCase("See [[Border post|the post]].", FaultSeverity.Warning, 1, "link-unread")]
    [TestCase("See https:/example.org/a.", FaultSeverity.Warning, 1, "link-broken")]
    [TestCase("See htp://example.org/a.", FaultSeverity.Warning, 1, "link-broken")]
    [TestCase("见 https：//example.org/a。", FaultSeverity.Warning, 1, "link-broken", Description = "the colon of a Chinese keyboard")]
    [TestCase("[b]words[/b]", FaultSeverity.Warning, 1, "bulletin-board")]
    [TestCase("A claim^[with its note].", FaultSeverity.Warning, 1, "footnote-unread")]
    [TestCase("Country\tPrice\nLatvia\t12", FaultSeverity.Warning, 1, "table-unread", Description = "cells of a spreadsheet")]
    [TestCase("[Go](https://example.org/){.btn .red}", FaultSeverity.Warning, 1, "attributes")]
    [TestCase("![A road](photos/road.jpg){width=50%}", FaultSeverity.Warning, 1, "attributes")]
    [TestCase("![A road](photos/road.jpg =300x200)", FaultSeverity.Warning, 1, "attributes")]
    [TestCase("## Head {#head}", FaultSeverity.Warning, 1, "attributes")]
    [TestCase("One.\n\n\tTwo begins with a tab.", FaultSeverity.Warning, 3, "code-indented")]
    [TestCase("Один.\n\n    Второй абзац с отступом, как в книге.", FaultSeverity.Warning, 3, "code-indented")]
    [TestCase("Dear %%first_name%%,", FaultSeverity.Warning, 1, "placeholder")]
    [TestCase("![A road](photos/road.jpg \"A **long** road | AFP\")", FaultSeverity.Warning, 1, "markdown-unread")]
    [TestCase("Dear {{ name }},", FaultSeverity.Warning, 1, "placeholder")]
    [TestCase("one\ntwo *|FNAME|*", FaultSeverity.Warning, 2, "placeholder")]
    [TestCase("Dear %RECIPIENT_NAME%", FaultSeverity.Warning, 1, "placeholder")]
    [TestCase("Figures: TK.", FaultSeverity.Warning, 1, "to-come")]
    [TestCase("## TKTK", FaultSeverity.Warning, 1, "to-come")]
    [TestCase("![A road](photos/road.jpg \"TK | AFP\")", FaultSeverity.Warning, 1, "to-come")]
    [TestCase("![What it shows](photos/road.jpg)", FaultSeverity.Error, 1, "picture-placeholder")]
    [TestCase("![A road](photos/road.jpg \"Caption | Credit\")", FaultSeverity.Error, 1, "picture-placeholder")]
    public void A_mark_that_was_not_understood_is_told_with_its_line(string markdown, FaultSeverity severity, int line, string rule)
    {
        var faults = Render(markdown).Faults;
        Assert.That(faults.Select(fault => (fault.Severity, fault.Line, fault.Rule)), Does.Contain((severity, (int?)line, rule)),
            string.Join('\n', faults));
    }

    [TestCase("A backslash \\*\\*means\\*\\* it, and so \\~\\~, \\[^1] and \\!\\[ do.")]
    [TestCase("`![x](y)`, `**`, `{{ name }}` and `TK` in code.")]
    [TestCase("    | a | b |\n    |---|---|")]
    [TestCase("```\n{{ name }} TK **\n```")]
    [TestCase("2 * 3 * 4, snake_case, #hashtag, C:\\path, 5 < 6, x == y, ~5 km, 3^2")]
    [TestCase("Wait! [Read](https://example.org/) on. TKO in round 3; the ATK.")]
    [TestCase("2*3*4 = 24, — a dash — and\nanother. — «Да», — сказал он.  \n— «Нет».")]
    [TestCase("He said so,\ni. e. he wrote: -5 °C\n-7 °C.")]
    [TestCase("He said: (see below) [sic] and [1].")]
    [TestCase("\"[i]t was\" so,[1][2] in {braces}, at http://localhost:5080/ or a:/b")]
    [TestCase("    dotnet run -- --help\n    exit 1.")]
    [TestCase("3~5일,6~8일 and 5~10 km, 6~12 km and ^_^ here^")]
    public void What_is_meant_is_not_told(string markdown)
    {
        Assert.That(Render(markdown).Faults, Is.Empty);
    }

    [TestCase("2*3*4", "2*3*4", Description = "a product, not a slanted 3")]
    [TestCase("Three:\n• one\n• two\n\u00A0", "- one\n- two", Description = "bullets as they are pasted")]
    [TestCase("●\tone\n  ◦\tits own\n●\ttwo", "- one\n  - its own\n- two")]
    [TestCase("·\u00A0 one\n\no\ttwo", "- one")]
    [TestCase("[Go](https://example.org/){ .button }", "Go: https://example.org/")]
    [TestCase("10^-6^ m", "10⁻⁶ m")]
    [TestCase("\u200B- one\n\u200B- two", "- one\n- two", Description = "zero-width spaces")]
    [TestCase("- one\n\u00A0\u00A0- its own\n- two", "- one\n  - its own\n- two", Description = "no-break spaces")]
    [TestCase("\u200F## عنوان\n\nنص.", "عنوان\n=====", Description = "a mark of direction")]
    [TestCase("＃＃ 标题\n\n正文。", "标题\n====")]
    [TestCase("＞引用。\n＞第二行。", "> 引用。第二行。")]
    [TestCase("第一行，\n第二行，**强调**\n后文。“引”\n后 and\nmore", "第一行，第二行，*强调*后文。“引”后 and more",
        Description = "no spaces")]
    [TestCase("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2\n")]
    [TestCase("| a | b |\n|—|———|\n| 1 | 2 |", "a  b\n-  -\n1  2", Description = "hyphens made dashes by a word processor")]
    [TestCase("｜国｜n｜\n｜---｜---｜\n｜哈｜2｜", "国  n\n--  -\n哈  2")]
    [TestCase("| a | b |\n|---|---|\n| `x \\| y` | 2 |", "x | y  2")]
    [TestCase("One.\n\n———\n\nTwo.", "* * *\n\nTwo.", Description = "hyphens made dashes by a word processor")]
    [TestCase("One.\n\n• • •\n\nTwo.", "* * *\n\nTwo.")]
    [TestCase("> ▪ quoted\n> ▪ twice", "> - quoted\n> - twice")]
    [TestCase("Prague • Bishkek", "Prague • Bishkek")]
    public void What_can_mean_one_thing_is_read_as_that(string markdown, string text) =>
        Assert.That(Render(markdown).Text, Does.Contain(text));

    [Test]
    public void Two_footnotes_at_one_place_are_two()
    {
        var content = Render("A claim.[^1][^2][^3]\n\n[^1]: One.\n[^2]: Two.\n[^3]: Three.");
        Assert.That(content.Text, Is.EqualTo("A claim.¹,²,³\n\n¹ One.\n² Two.\n³ Three.\n"));
        Assert.That(content.WebHtml, Does.Contain("1</a></sup><sup>,</sup><sup>"));
        Assert.That(content.Faults, Is.Empty);
    }

    [TestCase("<b>x</b>", "write **words**")]
    [TestCase("H<sub>2</sub>O", "write ~words~")]
    [TestCase("<u>x</u>", "look like a link")]
    [TestCase("<img src=\"x.jpg\">", "write ![what it shows]")]
    [TestCase("<div>\nx\n</div>", "leave the tag out")]
    public void Html_is_told_with_what_to_write_instead(string markdown, string hint)
    {
        var faults = Render(markdown).Faults;
        Assert.That(faults.Select(fault => fault.Rule), Is.EqualTo(new[] { "raw-html" }), "once, not for the end tag again");
        Assert.That(faults[0].Message, Does.Contain(hint));
    }

    private static IssueContent Render(string markdown) => IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>
    {
        ["photos/road.jpg"] = new("photos/road.jpg", "https://news.example/media/road.jpg", 1200, 800),
    }, new Uri("https://news.example/"));
}
