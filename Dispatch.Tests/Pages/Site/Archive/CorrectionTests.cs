using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;

namespace Dispatch.Tests.Pages.Site.Archive;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class CorrectionTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task The_archive_and_the_feeds_show_it_with_its_time_and_nobody_is_mailed()
    {
        var reader = await Given.ConfirmedSubscriber("ana@readers.test");
        var (issue, path) = await SentAsync();
        Assert.That(await App.Http.GetStringAsync(path), Does.Not.Contain("corrections"));
        var before = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml");
        Clock.Advance(TimeSpan.FromDays(2));
        var api = await ApiCaller.With(App);
        (await api.Post($"/issues/{issue}/corrections", new { text = "It said 1,000 <trucks>.\n\nThere were 100." })).Is(201);
        await App.RunUntilIdle();
        var page = await App.Http.GetStringAsync(path);
        Assert.That(page, Does.Contain("<section class=\"corrections\" lang=\"en\" dir=\"ltr\">\n<h2>Corrections</h2>").And.Contain(
            "<time datetime=\"2026-11-26T09:00:00Z\">Thursday, November 26, 2026, 10:00").And.Contain(
            "<p lang=\"en\" dir=\"auto\">It said 1,000 &lt;trucks&gt;.</p>\n<p lang=\"en\" dir=\"auto\">There were 100.</p>"));
        Assert.That(page, Does.Contain("itemprop=\"dateModified\" content=\"2026-11-26T09:00:00Z\""));
        var feed = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml");
        Assert.That(WebUtility.HtmlDecode(feed), Does.Contain("There were 100."));
        Assert.That(feed, Does.Contain("<updated>2026-11-26T09:00:00Z</updated>").And.Not.EqualTo(before));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.json"), Does.Contain("There were 100."));
        Assert.That(Smtp.MailFor(reader.Address), Has.Count.EqualTo(1), "the issue alone");
    }

    [Test]
    public async Task One_with_a_slip_is_taken_away_again()
    {
        var (issue, path) = await SentAsync();
        var api = await ApiCaller.With(App);
        var id = (await api.Post($"/issues/{issue}/corrections", new { text = "A slip." })).Is(201)["id"].GetInt32();
        Assert.That((await api.Get($"/issues/{issue}/corrections")).Items.Single().GetProperty("text").GetString(), Is.EqualTo("A slip."));
        (await api.Delete($"/issues/{issue}/corrections/{id}")).Is(204);
        Assert.That((await api.Delete($"/issues/{issue}/corrections/{id}")).Why(404), Is.Not.Empty);
        Assert.That(await App.Http.GetStringAsync(path), Does.Not.Contain("A slip."));
    }

    [Test]
    public async Task A_draft_is_corrected_in_its_text_and_an_empty_correction_is_none()
    {
        var api = await ApiCaller.With(App);
        Assert.That((await api.Post($"/issues/{await Given.Draft()}/corrections", new { text = "x" })).Why(409),
            Does.Contain("hasn't gone out"));
        Assert.That((await api.Post("/issues/999/corrections", new { text = "x" })).Why(404), Is.Not.Empty);
        var (issue, _) = await SentAsync();
        Assert.That((await api.Post($"/issues/{issue}/corrections", new { text = " \n" })).WrongFields(), Is.EqualTo(new[] { "text" }));
        Assert.That((await api.Post($"/issues/{issue}/corrections", new { text = new string('x', 2001) })).WrongFields(),
            Is.EqualTo(new[] { "text" }));
    }

    [Test]
    public async Task The_desk_publishes_one_without_script()
    {
        var (issue, path) = await SentAsync();
        var desk = await (await DeskBrowser.SignedInAsync(App)).OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("form[action*=correct]", new() { ["Correction"] = " " }, "Publish correction");
        Assert.That((desk.Status, desk.FaultOf("Correction")), Is.EqualTo((422, "Write what was wrong and what is right.")));
        await desk.SubmitAsync("form[action*=correct]", new() { ["Correction"] = "There were 100." }, "Publish correction");
        Assert.That(desk.Text, Does.Contain("Correction published.").And.Contain("There were 100."));
        Assert.That(await App.Http.GetStringAsync(path), Does.Contain("There were 100."));
        await desk.SubmitAsync("form[action*=uncorrect]");
        Assert.That(desk.Text, Does.Contain("Correction removed."));
        Assert.That(await App.Http.GetStringAsync(path), Does.Not.Contain("There were 100."));
    }

    private async Task<(int Issue, string Path)> SentAsync()
    {
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.RunUntilIdle();
        return (issue, $"/newsletters/china-in-eurasia/issues/{(await App.Issue(issue)).Slug}");
    }
}
