using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Files;

namespace Dispatch.Tests.Issues;

/// <summary>The picture at the top of an issue.</summary>
[TestFixture(Provider.Sqlite)]
public class FeaturePictureTests(Provider provider) : DispatchTest(provider)
{
    private const string Picture = "![A road](photos/border.jpg \"The road | A. Novak\")";

    [Test]
    public async Task It_comes_first_in_the_mail_the_text_the_archive_and_the_feed_and_link_previews_show_it()
    {
        var api = await ApiCaller.With(App);
        var typed = new { subject = "From the steppe", slug = "steppe", body = "A road is being built.", picture = Picture };
        var issue = (await api.Post("/newsletters/china-in-eurasia/issues", typed)).Is(201)["id"].GetInt32();
        var address = await api.AddPicture(issue, shade: 1);
        Assert.That((await api.Get($"/issues/{issue}/preflight")).Text, Does.Not.Contain("\"error\""));
        var reader = await Given.ConfirmedSubscriber("ana@readers.test");
        (await api.Post($"/issues/{issue}/send")).Is(200);
        await App.RunAfter(TimeSpan.FromMinutes(2));
        var mail = Smtp.MailFor(reader.Address).Single();
        Assert.That(mail.Html.IndexOf("class=\"picture\"", StringComparison.Ordinal),
            Is.LessThan(mail.Html.LastIndexOf("A road is being built.", StringComparison.Ordinal)).And.Positive);
        Assert.That(mail.Text, Does.Match("\\[Photo: The road \\(A\\. Novak\\)\\]\\s+A road is being built\\."));
        var page = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/issues/steppe");
        Assert.That(page, Does.Contain($"<meta property=\"og:image\" content=\"http://localhost{address}\">").And.Contain(
            "<meta property=\"og:image:alt\" content=\"A road\">"));
        var body = new HtmlParser().ParseDocument(page).QuerySelector(".issue-body")!;
        Assert.That(body.Children.Select(child => child.TagName), Is.EqualTo(new[] { "FIGURE", "P" }));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.json"),
            Does.Contain($"\"image\":\"http://localhost{address}\""));
        Assert.That((await App.Http.GetAsync(address)).IsSuccessStatusCode, "it was not dropped as unused");
    }

    [TestCase("photos/border.jpg", null, Description = "a name alone is enough")]
    [TestCase(Picture, null)]
    [TestCase("photos/other.jpg", "The feature picture: no picture named 'photos/other.jpg' has been uploaded")]
    [TestCase("just words", "The feature picture: no picture named 'just words' has been uploaded")]
    [TestCase("![A](photos/border.jpg) and words", "The feature picture isn't a picture")]
    [TestCase("![A](https://example.org/x.jpg)", "The feature picture: upload the picture 'https://example.org/x.jpg' here instead")]
    public void What_is_no_picture_of_the_issue_is_an_error(string picture, string? error)
    {
        var photo = new Worker.Issues.Photos.IssuePhoto("photos/border.jpg", "https://news.example/media/x.jpg", 1200, 800);
        var content = IssueMarkdown.Render("Text.", new Dictionary<string, Worker.Issues.Photos.IssuePhoto> { [photo.FileName] = photo },
            new Uri("https://news.example/"), "en", new IssueLook { Picture = picture });
        var errors = content.Faults.Where(fault => fault.Severity is FaultSeverity.Error).Select(fault => fault.Message).ToList();
        if (error is null)
            Assert.That(errors, Is.Empty);
        else
            Assert.That(errors, Has.Some.StartsWith(error));
    }

    [Test]
    public async Task A_save_that_does_not_name_it_keeps_it_and_an_empty_text_takes_it_away()
    {
        var api = await ApiCaller.With(App);
        var issue = (await api.Post("/newsletters/china-in-eurasia/issues",
            new { subject = "From the steppe", body = "A road.", picture = Picture })).Is(201)["id"].GetInt32();
        Assert.That((await api.Put($"/issues/{issue}", new { subject = "Steppe", body = "A road." })).Is(200)["picture"].GetString(),
            Is.EqualTo(Picture));
        var without = await api.Put($"/issues/{issue}", new { subject = "Steppe", body = "A road.", picture = "" });
        Assert.That(without.Is(200)["picture"].GetString(), Is.Empty);
        Assert.That((await api.Put($"/issues/{issue}", new { subject = "Steppe", body = "A road.", picture = "a\nb" })).WrongFields(),
            Is.EqualTo(new[] { "picture" }));
    }

    [Test]
    public async Task A_file_names_it_in_its_front_matter_and_brings_it_along()
    {
        await File.WriteAllBytesAsync(Folder["border.jpg"], Pictures.Jpeg());
        await File.WriteAllTextAsync(Folder["issue.md"],
            "---\nsubject: Rivers\npicture: '![A river](border.jpg \"The river | A. Novak\")'\n---\n\nText.\n");
        var file = ((IssueFileReading.Read)await IssueFile.ReadAsync(Folder["issue.md"])).File;
        Assert.That(file.Photos.Select(photo => (photo.FileName, photo.Line)), Is.EqualTo(new[] { ("photos/border.jpg", 3) }));
        var filed = await App.In<IssueFiling, FilingOutcome>(filing =>
            filing.FileAsync(file, new FilingWish(null, SlotChoice.Next, SendNow: false), Actor.CommandLine));
        Assert.That(filed, Is.InstanceOf<FilingOutcome.Filed>());
    }

    [Test]
    public async Task A_file_that_names_a_picture_that_is_not_there_is_told_the_line()
    {
        await File.WriteAllTextAsync(Folder["issue.md"], "---\nsubject: Rivers\npicture: photos/gone.jpg\n---\n\nText.\n");
        var refused = (IssueFileReading.Refused)await IssueFile.ReadAsync(Folder["issue.md"]);
        Assert.That(refused.Faults.Single().ToString(), Does.StartWith("issue.md:3: the photo 'photos/gone.jpg' is not there"));
    }

    [Test]
    public async Task The_desk_has_a_field_for_it_and_knows_the_picture_as_shown()
    {
        var api = await ApiCaller.With(App);
        var issue = (await api.Post("/newsletters/china-in-eurasia/issues",
            new { subject = "From the steppe", body = "A road.", picture = "photos/border.jpg" })).Is(201)["id"].GetInt32();
        await api.AddPicture(issue, shade: 1);
        var desk = await (await DeskBrowser.SignedInAsync(App)).OpenAsync($"/desk/issues/{issue}");
        Assert.That((desk.ValueOf("Picture"), desk.Page.QuerySelector("#pictures .badge")!.TextContent),
            Is.EqualTo(("photos/border.jpg", "in the text")));
    }
}
