using Dispatch.Worker.Issues;

namespace Dispatch.Tests.Issues;

[TestFixture]
public class IssueHtmlTests
{
    private const string Sent = "<img src=\"https://old.example/media/w-1200.jpg\" srcset=\"https://old.example/media/n-600.jpg 600w, "
        + "https://old.example/media/w-1200.jpg 1200w\" sizes=\"100vw\" alt=\"a\"><td class=\"num\">1</td>";

    [Test]
    public void Both_widths_of_a_picture_come_from_the_site_of_today()
    {
        Assert.That(IssueHtml.OnThisSite(Sent), Does.StartWith(
            "<img src=\"/media/w-1200.jpg\" srcset=\"/media/n-600.jpg 600w, /media/w-1200.jpg 1200w\" sizes"));
        Assert.That(IssueHtml.Anywhere(Sent, new Uri("https://news.example/")), Does.StartWith(
            "<img src=\"https://news.example/media/w-1200.jpg\" srcset=\"https://news.example/media/n-600.jpg 600w, ")
            .And.Not.Contain("old.example"));
    }

    [Test]
    public void A_feed_sets_emphasis_upright_in_scripts_without_italics() =>
        Assert.That(IssueHtml.Anywhere("<em class=\"upright\">重要</em>", new Uri("https://news.example/")),
            Is.EqualTo("<em style=\"font-style:normal;font-weight:bold\">重要</em>"));

    [Test]
    public void A_feed_aligns_the_figures_of_a_table_itself() =>
        Assert.That(IssueHtml.Anywhere(Sent, new Uri("https://news.example/")), Does.EndWith("<td style=\"text-align:end\">1</td>"));
}
