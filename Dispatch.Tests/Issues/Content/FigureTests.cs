using AngleSharp.Html.Parser;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

[TestFixture]
public class FigureTests
{
    [TestCase("![A driver](photos/road.jpg \"The driver said \"no\" to it. | RFE/RL\")", "The driver said \"no\" to it.", "RFE/RL")]
    [TestCase("![A driver](photos/road.jpg \"\"No,\" he said | RFE/RL\")", "\"No,\" he said", "RFE/RL")]
    [TestCase("![A driver](photos/road.jpg \"He (who said \"no\") left. | RFE/RL\")", "He (who said \"no\") left.", "RFE/RL")]
    [TestCase("![A driver](photos/road.jpg \"He said \\\"no\\\" | RFE/RL\")", "He said \"no\"", "RFE/RL")]
    [TestCase("![A road](photos/road.jpg “The road | AFP”)", "The road", "AFP")]
    [TestCase("![A road](photos/road.jpg „Die Straße | AFP“)", "Die Straße", "AFP")]
    [TestCase("![A road](photos/road.jpg «Дорога «Восток» | AFP»)", "Дорога «Восток»", "AFP")]
    [TestCase("![A road](photos/road.jpg 「道路」)", "道路", "")]
    [TestCase("![A road](photos/road.jpg \"The road | AFP”)", "The road", "AFP")]
    [TestCase("![A road](photos/road.jpg 「道路｜新华社」)", "道路", "新华社")]
    [TestCase("\u200B![A road](photos/road.jpg \"The road | AFP\")\u200B", "The road", "AFP")]
    [TestCase("![A road](photos/road.jpg The road | AFP)", "The road", "AFP")]
    [TestCase("![A road](photos/road.jpg \"The road | AFP)", "The road", "AFP")]
    [TestCase("![A road](photos/road.jpg 'The road's end | AFP')", "The road's end", "AFP")]
    [TestCase("![A road](photos/road.jpg 'The \"road\" | AFP')", "The \"road\"", "AFP")]
    [TestCase("![A road](photos/road.jpg (The road | AFP))", "The road", "AFP")]
    [TestCase("[![A road](photos/road.jpg “The road | AFP”)\n](https://example.org/)", "The road", "AFP")]
    [TestCase("![A road](photos/road 01.jpg \"The road | AFP\")", "The road", "AFP")]
    [TestCase("![A road](photos/road (1).jpg \"The road\")", "The road", "")]
    [TestCase("![A road](photos/road).jpg \"The road\")", "The road", "")]
    [TestCase("![A road](photos/Снимок экрана.jpg \"Дорога\")", "Дорога", "")]
    [TestCase("![A road](photos/微信 图片.jpg)", "", "")]
    [TestCase("！[路](photos/road.jpg “道路”)", "道路", "")]
    [TestCase("![A ] road](photos/road.jpg \"The road\")", "The road", "")]
    [TestCase("![A [long] road](photos/road.jpg \"The road\")", "The road", "")]
    [TestCase("> ![A road](photos/road.jpg “The road”)", "The road", "")]
    [TestCase("- ![A road](photos/road 01.jpg “The road”)", "The road", "")]
    public void A_picture_is_shown_whatever_stands_in_its_name_or_caption(string markdown, string caption, string credit)
    {
        var content = Render(markdown);
        var figure = new HtmlParser().ParseDocument(content.WebHtml).QuerySelector("figure");
        Assert.That(content.Faults.Where(fault => fault.Severity is FaultSeverity.Error), Is.Empty);
        Assert.That(figure?.QuerySelector("img"), Is.Not.Null, content.WebHtml);
        Assert.That(figure!.QuerySelector(".credit")?.TextContent ?? "", Is.EqualTo(credit));
        Assert.That(figure.QuerySelector("figcaption")?.FirstChild?.TextContent.Trim() ?? "", Is.EqualTo(caption));
        Assert.That(content.WebHtml + content.MailHtml, Does.Not.Contain("!["));
    }

    [Test]
    public void Two_pictures_on_a_line_stay_two()
    {
        var html = Render("![One](photos/road.jpg “The \"first\"”) ![Two](photos/road 01.jpg)").WebHtml;
        Assert.That(new HtmlParser().ParseDocument(html).QuerySelectorAll("img").Select(img => img.GetAttribute("alt")),
            Is.EqualTo(new[] { "One", "Two" }));
    }

    [Test]
    public void A_linked_picture_keeps_its_caption_and_credit()
    {
        var content = Render("[![A road](photos/road.jpg \"The \"old\" road | AFP\")](https://example.org/road)");
        Assert.That(content.WebHtml, Does.StartWith("<figure><a href=\"https://example.org/road\"><img").And.Contain(
            "</a><figcaption>The &quot;old&quot; road <span class=\"credit\">AFP</span></figcaption></figure>"));
        Assert.That(content.MailHtml, Does.Contain("<a href=\"https://example.org/road\"><img").And.Contain("AFP"));
        Assert.That(content.Text, Is.EqualTo("[Photo: The \"old\" road (AFP)] [1]\n\n[1] https://example.org/road\n"));
        Assert.That(content.Faults, Is.Empty);
    }

    [Test]
    public void A_telephone_loads_the_narrow_picture_of_the_archive()
    {
        var photo = new IssuePhoto("photos/road.jpg", "https://news.example/media/road-1200.jpg", 1200, 800)
        {
            Narrow = ("https://news.example/media/road-600.jpg", 600),
        };
        Assert.That(IssueMarkdown.Render("![A road](photos/road.jpg)", new Dictionary<string, IssuePhoto> { [photo.FileName] = photo },
            new Uri("https://news.example/")).WebHtml, Does.Contain(
                "srcset=\"https://news.example/media/road-600.jpg 600w, https://news.example/media/road-1200.jpg 1200w\" sizes="));
    }

    [TestCase(400, 4000, 100, Description = "as it is stored: 240 by 2400")]
    [TestCase(1109, 2400, 462, Description = "a screenshot of a telephone")]
    public void A_tall_picture_is_a_screen_and_a_half_high_in_email_and_leads_to_itself_in_full(int width, int height, int shown)
    {
        var photo = new IssuePhoto("photos/tall.jpg", "https://news.example/media/tall.jpg", width, height);
        var content = Of("![A ladder](photos/tall.jpg)");
        Assert.That(content.MailHtml, Does.Contain(
            $"<a href=\"{photo.Url}\"><img class=\"picture\" src=\"{photo.Url}\" width=\"{shown}\"")
            .And.Contain($"width:100%;max-width:{shown}px;height:auto"));
        Assert.That(content.Faults.Select(fault => fault.Rule), Is.EqualTo(height > 4 * width ? ["picture-tall"] : Array.Empty<string>()));
        Assert.That(Of("[![A ladder](photos/tall.jpg)](https://example.org/)").MailHtml,
            Does.Contain("<a href=\"https://example.org/\"><img"));
        Assert.That(Of("![](photos/tall.jpg)").MailHtml, Does.Not.Contain("<a "), "a link needs words");

        IssueContent Of(string markdown) => IssueMarkdown.Render(
            markdown, new Dictionary<string, IssuePhoto> { [photo.FileName] = photo }, new Uri("https://news.example/"));
    }

    [Test]
    public void A_small_picture_in_a_sentence_does_not_break_it()
    {
        Assert.That(Render("The flag ![flag](photos/flag.png) waves.").MailHtml, Does.Contain("display:inline-block"));
    }

    [TestCase("`![x](photos/road.jpg “x”)`")]
    [TestCase("    ![x](photos/road.jpg “x”)")]
    public void Code_is_left_as_it_is(string markdown) => Assert.That(Render(markdown).WebHtml, Does.Contain("photos/road.jpg “x”"));

    private static IssueContent Render(string markdown) => IssueMarkdown.Render(markdown, new[]
    {
        new IssuePhoto("photos/road.jpg", "https://news.example/media/road.jpg", 1200, 800),
        new IssuePhoto("photos/road-01.jpg", "https://news.example/media/road-01.jpg", 1200, 800),
        new IssuePhoto("photos/road-1.jpg", "https://news.example/media/road-1.jpg", 1200, 800),
        new IssuePhoto("photos/снимок-экрана.jpg", "https://news.example/media/shot.jpg", 1200, 800),
        new IssuePhoto("photos/微信-图片.jpg", "https://news.example/media/wechat.jpg", 1200, 800),
        new IssuePhoto("photos/flag.png", "https://news.example/media/flag.png", 32, 20),
    }.ToDictionary(photo => photo.FileName), new Uri("https://news.example/"));
}
