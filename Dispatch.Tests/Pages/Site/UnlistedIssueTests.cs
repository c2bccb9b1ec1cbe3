using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site;

/// <summary>An issue kept off the archive, which opens only through the link in its messages.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnlistedIssueTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    [Test]
    public async Task Only_the_link_in_its_mails_opens_it()
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        await Given.ConfirmedSubscriber("bo@example.com");
        var link = await SendAsync("For readers only");
        var page = await App.Http.GetAsync(link.PathAndQuery);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(Smtp.MailFor("bo@example.com").Single().Link($"{Home}/issues/"), Is.EqualTo(link), "it names no reader");
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(html,
                Does.Contain("<h1 itemprop=\"headline\">For readers only</h1>").And.Contain("<meta name=\"robots\" content=\"noindex\">"));
            Assert.That(html, Does.Not.Contain("og:").And.Not.Contain("rel=\"canonical\""), "nothing that helps it to spread");
            Assert.That((await App.Http.GetAsync(link.AbsolutePath)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await App.Http.GetAsync($"{link.AbsolutePath}?key={new string('a', 24)}")).StatusCode,
                Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task No_list_feed_or_neighbor_shows_it()
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        await App.FanOut(await Given.IssueDueNow("The first"));
        Clock.Advance(TimeSpan.FromDays(1));
        await SendAsync("For readers only");
        Clock.Advance(TimeSpan.FromDays(1));
        await App.FanOut(await Given.IssueDueNow("The third"));
        foreach (var path in new[] { "/", Home, $"{Home}/archive", $"{Home}/feed.xml", $"{Home}/feed.json" })
            Assert.That(await App.Http.GetStringAsync(path), Does.Contain("The third").And.Not.Contain("For readers only"), path);
        await using var db = App.OpenDb();
        var slugs = await db.Issues.OrderBy(issue => issue.Id).Select(issue => issue.Slug).ToListAsync();
        Assert.That(await App.Http.GetStringAsync($"{Home}/issues/{slugs[0]}"),
            Does.Match($"<a href=\"{Home}/issues/{slugs[2]}\" rel=\"next\">(?s).*The third"));
        Assert.That(await App.Http.GetStringAsync($"{Home}/issues/{slugs[2]}"),
            Does.Match($"<a href=\"{Home}/issues/{slugs[0]}\" rel=\"prev\">(?s).*The first"));
    }

    [Test]
    public async Task The_editor_has_a_check_box_for_it_and_every_revision_remembers()
    {
        var id = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{id}");
        desk.Tick("Unlisted");
        await desk.SubmitAsync("#editor", button: "Save");
        Assert.That(await ArchivedAsync(id), Is.False);
        await desk.OpenAsync($"/desk/issues/{id}");
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "Another" }, button: "Save");
        Assert.That(await ArchivedAsync(id), Is.False, "the box stays ticked");
        await desk.OpenAsync($"/desk/issues/{id}/revisions/1");
        await desk.SubmitAsync("main form", button: "Restore this revision");
        Assert.That(await ArchivedAsync(id), Is.True);
    }

    [Test]
    public async Task The_API_says_and_sets_it()
    {
        var api = await ApiCaller.With(App);
        var begun = (await api.Post("/newsletters/china-in-eurasia/issues", new { subject = "S", body = "B", archived = false })).Is(201);
        var path = begun.Location!.Split("/api/v1")[1];
        Assert.That(begun["archived"].GetBoolean(), Is.False);
        Assert.That((await api.Put(path, new { subject = "S2", body = "B" })).Is(200)["archived"].GetBoolean(),
            Is.False, "left out, it stays");
        Assert.That((await api.Put(path, new { subject = "S2", body = "B", archived = true })).Is(200)["archived"].GetBoolean(), Is.True);
    }

    private async Task<Uri> SendAsync(string subject)
    {
        var id = await Given.IssueDueNow(subject);
        await using (var db = App.OpenDb())
            await db.Issues.Where(issue => issue.Id == id).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Archived, false));
        await App.RunUntilIdle();
        return Smtp.MailFor("ana@example.com")[^1].Link($"{Home}/issues/");
    }

    private async Task<bool> ArchivedAsync(int id) => (await App.Issue(id)).Archived;
}
