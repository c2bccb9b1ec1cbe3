using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Archive;

namespace Dispatch.Tests.Issues;

public partial class IssueHtmlTests
{
    private const string Sent = "<img src=\"https://old.example/media/w-1200.jpg\" srcset=\"https://old.example/media/n-600.jpg 600w, "
        + "https://old.example/media/w-1200.jpg 1200w\" sizes=\"100vw\" alt=\"a\"><td class=\"num\">1</td>";

    private static readonly Uri Page = new("https://news.example/newsletters/n/issues/дорога");

    [TestCase("<h2>The road</h2>", "<h2 id=\"h-the-road\">The road</h2>")]
    [TestCase("<h2>Дорога и <em>река</em></h2>", "<h2 id=\"h-дорога-и-река\">Дорога и <em>река</em></h2>")]
    [TestCase("<h2 dir=\"rtl\">الطريق</h2>", "<h2 id=\"h-الطريق\" dir=\"rtl\">الطريق</h2>")]
    [TestCase("<h3>一带一路</h3>", "<h3 id=\"h-一带一路\">一带一路</h3>")]
    [TestCase("<h2>Q&amp;A</h2>", "<h2 id=\"h-q-a\">Q&amp;A</h2>")]
    [TestCase("<h2>A</h2><h2>A</h2><h3>A</h3>", "<h2 id=\"h-a\">A</h2><h2 id=\"h-a-2\">A</h2><h3 id=\"h-a-3\">A</h3>")]
    [TestCase("<h2>The road 🛣️</h2>", "<h2 id=\"h-the-road\">The road 🛣️</h2>")]
    [TestCase("<h2>…</h2>", "<h2 id=\"h-\">…</h2>")]
    public void Each_heading_can_be_linked_to(string html, string expected) =>
        Assert.That(Anchor().Replace(IssueHtml.WithAnchors(html, "Link"), ""), Is.EqualTo(expected));

    [Test]
    public void A_link_in_the_heading_leads_to_it() => Assert.That(IssueHtml.WithAnchors("<h2>The road</h2>", "Link to \"this\""),
        Is.EqualTo("<h2 id=\"h-the-road\">The road<a class=\"anchor\" href=\"#h-the-road\" "
            + "aria-label=\"Link to &quot;this&quot;\">#</a></h2>"));

    [TestCase("word ", 1, 1)]
    [TestCase("word ", 2300, 10)]
    [TestCase("中", 800, 2)]
    [TestCase("<p class=\"a b c\">дом</p>", 460, 2)]
    public void Reading_takes_as_long_as_its_script_needs(string text, int times, int minutes) =>
        Assert.That(IssueHtml.MinutesToRead(string.Concat(Enumerable.Repeat(text, times))), Is.EqualTo(minutes));

    [Test]
    public void A_pictures_words_are_those_of_the_first()
    {
        const string html = "<img src=\"https://a.example/media/x.jpg\" width=\"2\" alt=\"A &quot;road&quot;\">"
            + "<img src=\"/media/y.jpg\" alt=\"B\">";
        Assert.That(IssueHtml.FirstAlt(html), Is.EqualTo("A \"road\""));
        Assert.That(IssueHtml.FirstAlt("<p>None</p>"), Is.Empty);
    }

    [TestCase("<p class=\"missing\">Photo missing</p><h2>H</h2><p>A <em>road</em>.<br>Two &amp; more.</p>", "A road. Two & more.")]
    [TestCase("<p dir=\"rtl\">الطريق مغلق.</p>", "الطريق مغلق.")]
    [TestCase("<figure></figure>", "")]
    public void Its_first_words_describe_it(string html, string words) => Assert.That(IssueHtml.Opening(html), Is.EqualTo(words));

    [Test]
    public void Both_widths_of_a_picture_come_from_the_site_of_today()
    {
        Assert.That(IssueHtml.OnThisSite(Sent, new Uri("https://news.example/")), Does.StartWith(
            "<img src=\"/media/w-1200.jpg\" srcset=\"/media/n-600.jpg 600w, /media/w-1200.jpg 1200w\" sizes"));
        Assert.That(IssueHtml.Anywhere(Sent, new Uri("https://news.example/"), Page), Does.StartWith(
            "<img src=\"https://news.example/media/w-1200.jpg\" srcset=\"https://news.example/media/n-600.jpg 600w, ")
            .And.Not.Contain("old.example"));
    }

    [Test]
    public void A_feeds_pictures_have_addresses_of_ASCII_alone() =>
        Assert.That(IssueHtml.Anywhere(Sent, new Uri("https://news.example/письма/"), Page), Does.StartWith(
            "<img src=\"https://news.example/%D0%BF%D0%B8%D1%81%D1%8C%D0%BC%D0%B0/media/w-1200.jpg\""));

    [Test]
    public void A_feed_sets_emphasis_upright_in_scripts_without_italics() =>
        Assert.That(IssueHtml.Anywhere("<em class=\"upright\">重要</em>", new Uri("https://news.example/"), Page),
            Is.EqualTo("<em style=\"font-style:normal;font-weight:bold\">重要</em>"));

    [Test]
    public void A_feed_leads_from_a_footnotes_mark_to_the_page() =>
        Assert.That(IssueHtml.Anywhere("<a id=\"fnref-1\" href=\"#fn-1\">1</a>", new Uri("https://news.example/"), Page), Is.EqualTo(
            "<a id=\"fnref-1\" href=\"https://news.example/newsletters/n/issues/%D0%B4%D0%BE%D1%80%D0%BE%D0%B3%D0%B0#fn-1\">1</a>"));

    [Test]
    public void A_feed_aligns_the_figures_of_a_table_itself() =>
        Assert.That(IssueHtml.Anywhere(Sent, new Uri("https://news.example/"), Page), Does.EndWith("<td style=\"text-align:end\">1</td>"));

    [Test]
    public void A_browser_gets_WebP_and_a_feed_the_one_format_that_all_readers_know()
    {
        const string html = "<picture><source type=\"image/webp\" srcset=\"https://old.example/media/n-600.webp 600w, "
            + "https://old.example/media/w-1200.webp 1200w\" sizes=\"100vw\">"
            + "<img src=\"https://old.example/media/w-1200.jpg\" alt=\"a\"></picture>";
        Assert.That(IssueHtml.OnThisSite(html, new Uri("https://news.example/letters/")), Is.EqualTo(
            "<picture><source type=\"image/webp\" srcset=\"/letters/media/n-600.webp 600w, "
            + "/letters/media/w-1200.webp 1200w\" sizes=\"100vw\">"
            + "<img src=\"/letters/media/w-1200.jpg\" alt=\"a\"></picture>"));
        Assert.That(IssueHtml.Anywhere(html, new Uri("https://news.example/"), Page),
            Is.EqualTo("<img src=\"https://news.example/media/w-1200.jpg\" alt=\"a\">"));
        Assert.That(IssueHtml.FirstPicture(html), Is.EqualTo("w-1200.jpg"));
    }

    [GeneratedRegex("<a class=\"anchor\"[^>]*>#</a>")]
    private static partial Regex Anchor();
}
