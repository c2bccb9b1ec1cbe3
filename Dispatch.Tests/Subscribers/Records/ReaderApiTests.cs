using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.Records;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReaderApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_reader_is_found_by_the_whole_address()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        var api = await ApiCaller.With(App, "ops");
        var found = (await api.Post("/readers/search", new { email = "ANA@Readers.test" })).Is(200).Items.Single();
        Assert.That((found.GetProperty("id").GetInt64(), found.GetProperty("name").GetString()), Is.EqualTo((ana.SubscriberId, "Ana")));
        var subscription = found.GetProperty("subscriptions")[0];
        Assert.That((subscription.GetProperty("newsletter").GetString(), subscription.GetProperty("state").GetString()),
            Is.EqualTo(("china-in-eurasia", "confirmed")));
        Assert.That((await api.Post("/readers/search", new { email = "nobody@readers.test" })).Is(200).Items, Is.Empty);
        Assert.That((await api.Post("/readers/search", new { email = "ana" })).WrongFields(), Is.EqualTo(new[] { "email" }));
        Assert.That((await api.Post("/readers/search", new { })).WrongFields(), Is.EqualTo(new[] { "email" }));
        Assert.That((await api.Get("/readers?email=ana@readers.test")).Status, Is.EqualTo(404), "an address never stands in a URL");
    }

    [Test]
    public async Task An_erased_reader_is_gone_and_gets_no_mail_that_was_under_way()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber("ana@readers.test", "Ana"), await Given.ConfirmedSubscriber("ben@readers.test"));
        var earlier = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var api = await ApiCaller.With(App, "ops");
        (await api.Delete($"/readers/{ana.SubscriberId}")).Is(204);
        (await api.Delete($"/readers/{ana.SubscriberId}")).Why(404);
        await App.RunUntilIdle();

        Assert.That(Smtp.Recipients.Count(recipient => recipient == ana.Address), Is.EqualTo(1), "the earlier issue's");
        Assert.That((await App.Progress(issue)).Excluded, Is.EqualTo(new Dictionary<string, int> { ["erased"] = 1 }));
        Assert.That((await App.Progress(earlier)).Accepted, Is.EqualTo(2), "what was sent stays on record");
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.Select(subscriber => subscriber.Id).SingleAsync(), Is.EqualTo(ben.SubscriberId));
        Assert.That(await db.Subscriptions.CountAsync(), Is.EqualTo(1));
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Erased));
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "subscriber.erased" && entry.Target == "subscribers"),
            Is.EqualTo(1));
        Assert.That((await api.Get("/suppressions")).Items.Single().GetProperty("reason").GetString(), Is.EqualTo("erased"));
    }

    [Test]
    public async Task A_complaint_on_file_outlives_the_reader()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.Suppression("ana@readers.test", SuppressionReason.Complaint);
        (await (await ApiCaller.With(App, "ops")).Delete($"/readers/{ana.SubscriberId}")).Is(204);
        await using var db = App.OpenDb();
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Complaint));
    }

    [TestCase("correspondent"), TestCase("editor")]
    public async Task Those_who_write_do_not_look_readers_up(string role)
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var api = await ApiCaller.With(App, role);
        (await api.Post("/readers/search", new { email = "ana@readers.test" })).Why(403);
        (await api.Delete($"/readers/{ana.SubscriberId}")).Why(403);
        (await api.Get("/suppressions")).Why(403);
        (await api.Get("/audit")).Why(403);
    }
}
