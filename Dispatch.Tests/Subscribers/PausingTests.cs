using System.Net;
using Dispatch.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class PausingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task No_issue_comes_until_the_day_and_then_they_come_by_themselves()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var page = await PausesAsync(ana, "2026-12-10");
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("December 10, 2026").And.Contain("End the pause"));
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        Assert.That((await App.Progress(issue)).Excluded, Is.EquivalentTo(new Dictionary<string, int> { ["paused"] = 1 }));

        Clock.SetUtcNow(new DateTimeOffset(2026, 12, 9, 22, 59, 0, TimeSpan.Zero)); // a minute before the tenth in Prague
        await Given.IssueDueNow("Still away");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        await App.RunAfter(TimeSpan.FromMinutes(1));
        await Given.IssueDueNow("Back again");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.EqualTo(new[] { "Back again" }));
    }

    [Test]
    public async Task A_pause_beats_a_send_under_way()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.FreshPreferencesPath(ana);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        var progress = await App.Progress(issue);
        Assert.That((progress.Audience, progress.Excluded.GetValueOrDefault("paused")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task The_reader_can_end_it_sooner()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.FreshPreferencesPath(ana);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        Assert.That(await (await Reader.Presses(path, ("do", "resume"))).Content.ReadAsStringAsync(), Does.Contain("issues come again"));
        await Given.IssueDueNow("Sooner");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.EqualTo(new[] { "Sooner" }));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Action.StartsWith("subscription.")).Select(entry => entry.Action).ToListAsync(), Is.EqualTo(new[] { "subscription.paused", "subscription.resumed" }));
    }

    [TestCase("2026-11-24", Description = "today")]
    [TestCase("2020-01-01")]
    [TestCase("2027-11-26", Description = "more than a year")]
    [TestCase("tomorrow")]
    [TestCase("")]
    public async Task A_day_that_makes_no_pause_is_refused_beside_its_field(string day)
    {
        var answer = await PausesAsync(await Given.ConfirmedSubscriber(Ana), day);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("id=\"until-fault\"").And.Contain($"value=\"{day}\""));
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).PausedUntil, Is.Null);
    }

    private async Task<HttpResponseMessage> PausesAsync(KnownReader reader, string day) =>
        await Reader.Presses(await Reader.FreshPreferencesPath(reader), ("do", "pause"), ("until", day));

    private List<string> Issues() => [.. Smtp.MailFor(Ana).Where(mail => mail.Message.Headers.Contains("List-Id")).Select(mail => mail.Subject)];
}
