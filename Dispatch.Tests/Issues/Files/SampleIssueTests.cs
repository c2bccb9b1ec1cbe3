using System.Text;
using AngleSharp.Html.Parser;
using Dispatch.Templates;
using Dispatch.Templates.Issues;
using Dispatch.Templates.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Files;

/// <summary>A real issue, whose text is only in the shared folder.</summary>
[TestFixture]
public class SampleIssueTests
{
    private string markdown = "";
    private Dictionary<string, IssuePhoto> photos = [];

    [SetUp]
    public void ReadTheSample()
    {
        var folder = Shared.Folder("issues");
        var file = File.ReadAllText(Directory.GetFiles(folder, "*.md").Single());
        markdown = file[(file.IndexOf("\n---\n", StringComparison.Ordinal) + 5)..];
        photos = Directory.GetFiles(Path.Combine(folder, "photos"))
            .Select(path => "photos/" + Path.GetFileName(path))
            .ToDictionary(name => name, name => new IssuePhoto(name, $"https://news.example/media/{Path.GetFileName(name)}", 1200, 800));
    }

    [Test]
    public void It_renders_without_a_fault_and_Gmail_shows_it_whole()
    {
        var content = IssueMarkdown.Render(markdown, photos, new Uri("https://news.example/"));
        var mail = new MailRenderer().Render(MailOf(content));
        Assert.That(content.Faults, Is.Empty);
        Assert.That(Encoding.UTF8.GetByteCount(mail.Html), Is.LessThan(60_000), "Gmail cuts a mail off at 102 kB");
        Assert.That(mail.Text.Split('\n').Where(line => !line.Contains("://", StringComparison.Ordinal))
            .Select(PlainText.WidthOf), Has.All.LessThanOrEqualTo(72));
    }

    [Test]
    public void Every_photo_is_shown_once_in_each_form()
    {
        var content = IssueMarkdown.Render(markdown, photos, new Uri("https://news.example/"));
        foreach (var html in new[] { content.MailHtml, content.WebHtml })
            Assert.That(new HtmlParser().ParseDocument(html).QuerySelectorAll("img").Select(image => image.GetAttribute("src")),
                Is.EquivalentTo(photos.Values.Select(photo => photo.Url)));
        Assert.That(content.Text.Split("[Photo: "), Has.Length.EqualTo(photos.Count + 1));
    }

    [Test]
    public void A_photo_that_is_not_there_is_named_with_its_line()
    {
        var lost = photos.Keys.First();
        photos.Remove(lost);
        var fault = IssueMarkdown.Render(markdown, photos, new Uri("https://news.example/")).Faults.Single();
        Assert.That(fault.Message, Does.Contain(lost));
        Assert.That(markdown.Split('\n')[fault.Line!.Value - 1], Does.Contain(lost));
    }

    private static IssueMail MailOf(IssueContent content) => new()
    {
        NewsletterName = "Sample Letter",
        Subject = "A sample",
        Date = "1 January",
        ContentHtml = new Markup(content.MailHtml),
        ContentText = content.Text,
        IssueUrl = new Uri("https://news.example/issues/sample"),
        SiteUrl = new Uri("https://news.example/"),
    };
}
