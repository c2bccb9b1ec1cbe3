using AngleSharp.Html.Parser;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

[TestFixture]
public class IssueMarkdownTests
{
    private const string Figure = "![A crane over the quay](photos/crane.jpg \"The new crane on Monday | A. Photographer\")";

    [Test]
    public void A_picture_alone_in_its_paragraph_is_a_figure_with_caption_and_credit()
    {
        var content = Render(Figure);
        Assert.That(content.WebHtml, Is.EqualTo(
            "<figure><img src=\"https://news.example/media/crane.jpg\" width=\"1200\" height=\"800\" alt=\"A crane over the quay\">" +
            "<figcaption>The new crane on Monday <span class=\"credit\">A. Photographer</span></figcaption></figure>\n"));
        Assert.That(content.MailHtml, Does.Contain("width=\"540\" alt=\"A crane over the quay\"").And.Contain(
            "The new crane on Monday").And.Not.Contain("height=\"800\""));
        Assert.That(content.Text, Is.EqualTo("[Photo: The new crane on Monday (A. Photographer)]\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [Test]
    public void The_archives_page_waits_with_no_picture_but_the_later_ones()
    {
        var html = Render("![a](photos/crane.jpg)\n\n![b](photos/small.jpg)").WebHtml;
        Assert.That(html, Does.Contain("alt=\"a\">").And.Contain("alt=\"b\" loading=\"lazy\">"));
    }

    [TestCase("![The crane](photos/crane.jpg \"The crane\")", "alt=\"Photo\"",
        TestName = "An alt text that repeats the caption is not read out twice")]
    [TestCase("![](photos/small.jpg)", "width=\"320\" alt=\"\"", TestName = "A small picture is not blown up")]
    [TestCase("![x](./photos/my%20crane.jpg)", "/media/my-crane.jpg", TestName = "A name may be escaped")]
    [TestCase("![a](photos/crane.jpg)\n![b](photos/small.jpg)", "alt=\"b\"", TestName = "Two pictures in a paragraph are two figures")]
    public void Pictures_are_found_and_shown(string markdown, string expected)
    {
        Assert.That(Render(markdown).MailHtml, Does.Contain(expected));
    }

    [TestCase("Text\n\n![x](photos/none.jpg)", FaultSeverity.Error, 3, "picture-missing")]
    [TestCase("Text and\nmore ![x](photos/none.jpg) text", FaultSeverity.Error, 2, "picture-missing")]
    [TestCase("![x](https://elsewhere.example/pixel.gif)", FaultSeverity.Error, 1, "picture-missing")]
    [TestCase("\n\n![](photos/crane.jpg)", FaultSeverity.Warning, 3, "picture-alt")]
    [TestCase("one\n[two](http://plain.example/)", FaultSeverity.Warning, 2, "link-insecure")]
    [TestCase("one [two]()", FaultSeverity.Error, 1, "link-empty")]
    [TestCase("one [](https://news.example/x)", FaultSeverity.Warning, 1, "link-text")]
    [TestCase("[x](#below)", FaultSeverity.Warning, 1, "link-fragment")]
    [TestCase("[x](javascript:alert(1))", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("[x](JaVaScRiPt:alert(1))", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("[x](data:text/html;base64,PHA+)", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("[x](&#106;avascript:alert(1))", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("<vbscript:x>", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("[x](file:///etc/passwd)", FaultSeverity.Error, 1, "link-scheme")]
    [TestCase("a\n\n<img src=x onerror=alert(1)>", FaultSeverity.Error, 3, "raw-html")]
    [TestCase("a <b>", FaultSeverity.Error, 1, "raw-html")]
    [TestCase("a\n\n<!-- ask the desk -->", FaultSeverity.Warning, 3, "comment")]
    [TestCase("a <!-- ask the desk --> b", FaultSeverity.Warning, 1, "comment")]
    [TestCase("## One\n\n#### Three", FaultSeverity.Warning, 3, "heading-skips")]
    [TestCase("### One", FaultSeverity.Warning, 1, "heading-skips")]
    [TestCase("# One", FaultSeverity.Warning, 1, "heading-level")]
    [TestCase("last words\n---", FaultSeverity.Warning, null, "heading-underlined")]
    [TestCase("  \n", FaultSeverity.Error, null, "content-empty")]
    public void What_would_go_wrong_is_said_with_its_line(string markdown, FaultSeverity severity, int? line, string rule)
    {
        var content = Render(markdown);
        Assert.That(content.Faults, Has.Count.EqualTo(1), string.Join('\n', content.Faults));
        Assert.That((content.Faults[0].Severity, content.Faults[0].Rule), Is.EqualTo((severity, rule)));
        if (line is not null)
            Assert.That(content.Faults[0].Line, Is.EqualTo(line));
        var document = new HtmlParser().ParseDocument(content.MailHtml + content.WebHtml);
        Assert.That(document.QuerySelectorAll("script, b, [onerror]"), Is.Empty);
        Assert.That(document.QuerySelectorAll("a").Select(link => link.GetAttribute("href")), Has.All.StartsWith("http"));
        Assert.That(content.MailHtml + content.WebHtml, Does.Not.Contain("ask the desk").And.Not.Contain("elsewhere.example/pixel.gif\""));
    }

    [TestCase("**LISBON** -- The board met.", "<p><strong>LISBON</strong> -- The board met.</p>\n", "*LISBON* -- The board met.\n")]
    [TestCase("the quay --\nthe third", "<p>the quay -- the third</p>\n", "the quay -- the third\n")]
    [TestCase("use --help or a--b, `x -- y`", "<p>use --help or a--b, <code>x -- y</code></p>\n", "use --help or a--b, x -- y\n")]
    [TestCase("\"Quotes\" and '90s... stay", "<p>&quot;Quotes&quot; and &#39;90s... stay</p>\n", "\"Quotes\" and '90s... stay\n")]
    [TestCase("a  \nb & c", "<p>a<br>\nb &amp; c</p>\n", "a\nb & c\n")]
    public void All_stays_as_written(string markdown, string html, string text)
    {
        var content = Render(markdown);
        Assert.That(content.WebHtml, Is.EqualTo(html));
        Assert.That(content.Text, Is.EqualTo(text));
    }

    [Test]
    public void Relative_links_lead_to_the_site()
    {
        Assert.That(Render("[archive](/newsletters/x/archive)").WebHtml,
            Does.Contain("href=\"https://news.example/newsletters/x/archive\""));
    }

    private static IssueContent Render(string markdown) => IssueMarkdown.Render(markdown, Photos, new Uri("https://news.example/"));

    private static readonly Dictionary<string, IssuePhoto> Photos = new[]
    {
        new IssuePhoto("photos/crane.jpg", "https://news.example/media/crane.jpg", 1200, 800),
        new IssuePhoto("photos/small.jpg", "https://news.example/media/small.jpg", 320, 200),
        new IssuePhoto("photos/my-crane.jpg", "https://news.example/media/my-crane.jpg", 1200, 800),
    }.ToDictionary(photo => photo.FileName);
}
