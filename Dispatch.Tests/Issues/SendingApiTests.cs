using Dispatch.Tests.Support;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SendingApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_is_put_into_a_slot_moved_and_taken_back()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft()}";
        Assert.That((await api.Post($"{path}/approve")).Is(200)["state"].GetString(), Is.EqualTo("approved"));

        var next = (await api.Post($"{path}/schedule", new { slot = "next" })).Is(200);
        Assert.That((next["state"].GetString(), next["slot"].GetString(), next["sendAt"].GetString()),
            Is.EqualTo(("scheduled", "2026-12-02", "2026-12-02T08:00:00+00:00")));
        Assert.That((await api.Post($"{path}/schedule", new { slot = "2026-12-16" }))["slot"].GetString(), Is.EqualTo("2026-12-16"));
        var moved = (await api.Post($"{path}/schedule", new { at = "2026-12-24T18:00:00+01:00" })).Is(200);
        Assert.That((moved["slot"].GetString(), moved["sendAt"].GetString()), Is.EqualTo(((string?)null, "2026-12-24T17:00:00+00:00")));

        Assert.That((await api.Post($"{path}/unschedule")).Is(200)["state"].GetString(), Is.EqualTo("draft"));
        Assert.That((await api.Post($"{path}/unschedule")).Why(409), Is.EqualTo("This issue is a draft; it can't become a draft."));
    }

    [Test]
    public async Task An_issue_is_sent_paused_resumed_and_ended()
    {
        await Given.ConfirmedSubscribers(3);
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft()}";
        (await api.Post($"{path}/pause")).Why(409);
        Assert.That((await api.Post($"{path}/send")).Is(200)["state"].GetString(), Is.EqualTo("scheduled"),
            "for a minute it can be taken back");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await App.FanOut(int.Parse(path.Split('/')[2], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That((await api.Post($"{path}/pause")).Is(200)["state"].GetString(), Is.EqualTo("paused"));
        Assert.That((await api.Post($"{path}/resume")).Is(200)["state"].GetString(), Is.EqualTo("sending"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(3));
        (await api.Post($"{path}/cancel")).Why(409);
        (await api.Put(path, new { subject = "S", body = "Too late." })).Why(409);
        (await api.Delete(path)).Why(409);

        Assert.That((await api.Post($"/issues/{await Given.Draft()}/cancel")).Is(200)["state"].GetString(), Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task What_does_not_fit_gets_409_and_why()
    {
        var api = await ApiCaller.With(App);
        (await api.Post($"/issues/{await Given.Draft()}/schedule", new { slot = "2026-12-02" })).Is(200);
        Assert.That((await api.Post($"/issues/{await Given.Draft()}/schedule", new { slot = "2026-12-02" })).Why(409),
            Does.Contain("has an issue already"));
        var broken = await api.Post($"/issues/{await Given.Draft(body: "![A road](photos/missing.jpg)")}/schedule", new { slot = "next" });
        Assert.That(broken.Why(409), Does.StartWith("It can't go out yet"));
        Assert.That(broken["faults"][0].GetProperty("severity").GetString(), Is.EqualTo("error"));
        (await api.Post("/issues/4711/approve")).Why(404);
    }

    [TestCase("""{}""", "slot")]
    [TestCase("""{"slot":"next","at":"2026-12-02T08:00:00Z"}""", "slot")]
    [TestCase("""{"slot":"Wednesday"}""", "slot")]
    [TestCase("""{"slot":"2026-12-03"}""", "slot")] // not a Wednesday
    [TestCase("""{"at":"2026-12-02T08:00:00"}""", "at")] // no time zone
    [TestCase("""{"at":"2026-13-02T08:00:00Z"}""", "at")]
    [TestCase("""{"at":"2020-01-01T08:00:00Z"}""", "at")] // in the past
    public async Task What_is_wrong_with_a_slot_is_said_by_field(string body, string field)
    {
        var api = await ApiCaller.With(App);
        var answer = await api.Send(HttpMethod.Post, $"/issues/{await Given.Draft()}/schedule",
            new StringContent(body, null, "application/json"));
        Assert.That(answer.WrongFields(), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task Whoever_runs_the_service_does_not_decide_about_issues()
    {
        var ops = await ApiCaller.With(App, "ops");
        var issue = await Given.Draft();
        foreach (var verb in new[] { "approve", "unschedule", "send", "pause", "resume", "cancel" })
            (await ops.Post($"/issues/{issue}/{verb}")).Why(403);
        (await ops.Post($"/issues/{issue}/schedule", new { slot = "next" })).Why(403);
    }
}
