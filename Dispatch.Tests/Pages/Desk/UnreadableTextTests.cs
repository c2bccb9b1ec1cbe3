using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>An issue's page opens and reports the faults, whatever text is stored.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnreadableTextTests(Provider provider) : DispatchTest(provider)
{
    private static readonly string[] Texts = [new string(
        '>', 130) + " x", string.Concat(Enumerable.Repeat("*_", 16000)) + "a", string.Concat(Enumerable.Repeat("[](", 100_000))];

    [Test]
    public async Task An_issue_whose_text_cannot_be_read_opens_on_the_desk_and_is_mended_there([Range(0, 2)] int text)
    {
        var issue = await Given.Draft(body: Texts[text]);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Status, Is.EqualTo(200));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo(Texts[text]));
        Assert.That(desk.Page.QuerySelector(".faults li")!.TextContent, Does.StartWith("error Line 1:"));
        Assert.That(await (await desk.GetAsync($"/desk/issues/{issue}/preview.html")).Content.ReadAsStringAsync(), Does.Contain("Line 1:"));
        await desk.SubmitAsync("#editor", button: "Send now");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.Page.QuerySelector(".notice.bad")!.TextContent, Does.Contain("It can't go out yet. Line 1:"));
        await desk.SubmitAsync("#editor", button: "Approve");
        Assert.That(desk.Status, Is.EqualTo(422));
        await desk.SubmitAsync("#editor", new() { ["To"] = "ana@news.test" }, "Send test");
        Assert.That((desk.Status, Smtp.Mails.Count), Is.EqualTo((409, 0)));
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Mended." }, "Send now");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Scheduled));
    }

    [Test]
    public async Task The_API_tells_of_it_wherever_it_counts([Range(0, 2)] int text)
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft(body: "Good.")}";
        (await api.Put(path, new { subject = "A road", body = Texts[text] })).Is(200);
        foreach (var format in new[] { "html", "txt", "eml" })
            Assert.That((await api.Get($"{path}/preview.{format}")).WrongFields(), Is.EqualTo(new[] { "body" }), format);
        var preflight = (await api.Get($"{path}/preflight")).Is(200).Json.EnumerateArray()
            .Single(fault => fault.GetProperty("severity").GetString() == "error");
        Assert.That(preflight.GetProperty("line").GetInt32(), Is.EqualTo(1));
        foreach (var (verb, body) in new (string, object?)[] {
            ("approve", null), ("send", null), ("schedule", new { slot = "next" }), ("test", new { to = new[] { "ana@news.test" } }) })
            Assert.That((await api.Post($"{path}/{verb}", body)).Why(409), Does.StartWith("It can't go out yet. Line 1:"), verb);
    }

    [Test]
    public async Task One_that_was_scheduled_and_then_stored_so_is_held_with_its_reason()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.IssueDueNow();
        await using (var db = App.OpenDb())
            await db.Issues.Where(row => row.Id == issue).ExecuteUpdateAsync(set => set.SetProperty(row => row.Body, Texts[0]));
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Held).And.Property("LastError")
            .Contains("nested too deeply"));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [TestCase("![What it shows](photos/x.jpg \"Caption | Credit\")", 3)]
    [TestCase("![what it shows](photos/x.jpg)", 1)]
    [TestCase("![A crane](photos/x.jpg \"CAPTION\")", 1)]
    [TestCase("![A crane](photos/x.jpg \"The crane on Monday | Credit\")", 1)]
    [TestCase("Words and ![What it shows](photos/x.jpg) more", 1)]
    [TestCase("![A crane](photos/x.jpg \"Caption this | Credit Suisse\")", 0)]
    public void Placeholder_words_of_a_picture_are_errors(string markdown, int errors)
    {
        var faults = IssueMarkdown.Render(markdown,
            new Dictionary<string, IssuePhoto> { ["photos/x.jpg"] = new("photos/x.jpg", "https://news.example/media/x.jpg", 1200, 800) },
                new Uri("https://news.example/")).Faults;
        Assert.That(faults.Where(fault => fault is { Severity: FaultSeverity.Error, Rule: "picture-placeholder", Line: 1 }),
            Has.Exactly(errors).Items);
        Assert.That(faults, Has.Count.EqualTo(errors));
    }
}
