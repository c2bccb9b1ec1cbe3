using Dispatch.Tests.Support;

namespace Dispatch.Tests.Newsletters;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewsletterApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task The_newsletters_are_listed()
    {
        var answer = (await (await ApiCaller.With(App, "ops")).Get("/newsletters")).Is(200);
        Assert.That(answer.Items.Single().GetProperty("slug").GetString(), Is.EqualTo("china-in-eurasia"));
        Assert.That(answer.Items.Single().GetProperty("timeZone").GetString(), Is.EqualTo("Europe/Prague"));
    }

    [Test]
    public async Task The_slots_say_what_was_decided_about_each()
    {
        var api = await ApiCaller.With(App);
        var issue = await Given.Draft();
        (await api.Post($"/issues/{issue}/schedule", new { slot = "2026-12-16" })).Is(200);
        var slots = (await api.Get("/newsletters/china-in-eurasia/slots?count=2")).Is(200).Items;
        Assert.That(slots.Select(slot => (slot.GetProperty("date").GetString(), slot.GetProperty("state").GetString())),
            Is.EqualTo(new[] { ("2026-12-02", "empty"), ("2026-12-16", "scheduled") }));
        Assert.That(slots[1].GetProperty("at").GetString(), Is.EqualTo("2026-12-16T08:00:00+00:00"));
        Assert.That(slots[1].GetProperty("timeZone").GetString(), Is.EqualTo("Europe/Prague"));
        Assert.That(slots[1].GetProperty("issueId").GetInt32(), Is.EqualTo(issue));
        Assert.That((await api.Get("/newsletters/china-in-eurasia/slots")).Items, Has.Length.EqualTo(12));
    }

    [Test]
    public async Task An_unknown_newsletter_and_a_silly_count_are_problems()
    {
        var api = await ApiCaller.With(App);
        Assert.That((await api.Get("/newsletters/nonesuch/slots")).Why(404), Is.Not.Empty);
        Assert.That((await api.Get("/newsletters/china-in-eurasia/slots?count=0")).WrongFields(), Is.EqualTo(new[] { "count" }));
    }
}
