using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Suppressions;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SuppressionApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_address_is_never_mailed_again_until_it_is_taken_off_the_list()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var api = await ApiCaller.With(App, "ops");
        Assert.That((await api.Post("/suppressions", new { email = "Ana@readers.test" })).Is(201)["reason"].GetString(),
            Is.EqualTo("manual"));
        (await api.Post("/suppressions", new { email = ana.Address })).Is(200);
        Assert.That((await api.Post("/readers/search", new { email = ana.Address })).Items.Single().GetProperty("suppressed").GetString(),
            Is.EqualTo("manual"));
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);

        (await api.Delete("/suppressions", new { email = ana.Address })).Is(204);
        (await api.Delete("/suppressions", new { email = ana.Address })).Why(404);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Target == "suppressions").OrderBy(entry => entry.Id)
            .Select(entry => entry.Action).ToListAsync(), Is.EqualTo(new[] { "suppression.added", "suppression.lifted" }));
    }

    [Test]
    public async Task What_is_no_address_is_said_and_not_repeated()
    {
        var api = await ApiCaller.With(App, "ops");
        var answer = await api.Post("/suppressions", new { email = "not-an-address" });
        Assert.That(answer.WrongFields(), Is.EqualTo(new[] { "email" }));
        Assert.That(answer.Text, Does.Not.Contain("not-an-address"));
        Assert.That((await api.Delete("/suppressions")).WrongFields(), Is.EqualTo(new[] { "email" }));
    }

    [Test]
    public async Task The_list_is_paged_through_those_of_one_instant_too()
    {
        for (var number = 1; number <= 3; number++)
            await Given.Suppression($"early{number}@readers.test");
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        for (var number = 1; number <= 4; number++)
            await Given.Suppression($"late{number}@readers.test", SuppressionReason.Complaint);

        var api = await ApiCaller.With(App, "ops");
        var reasons = new List<string?>();
        for (string? after = ""; after is not null;)
        {
            var page = (await api.Get($"/suppressions?limit=2&after={after}")).Is(200);
            reasons.AddRange(page.Items.Select(item => item.GetProperty("reason").GetString()));
            after = page["next"].GetString();
        }
        Assert.That(reasons, Is.EqualTo(Enumerable.Repeat("complaint", 4).Concat(Enumerable.Repeat("hard-bounce", 3))));
        Assert.That((await api.Post("/suppressions/search", new { email = "late1@readers.test" })).Items.Single().GetProperty("reason")
            .GetString(), Is.EqualTo("complaint"));
    }
}
