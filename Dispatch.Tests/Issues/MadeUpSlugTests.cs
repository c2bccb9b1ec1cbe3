using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MadeUpSlugTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_made_up_slug_that_is_taken_gets_a_number()
    {
        var api = await ApiCaller.With(App);
        async Task<string> Begin(string subject) =>
            (await api.Post("/newsletters/china-in-eurasia/issues", new { subject, body = "Text." })).Is(201)["slug"].GetString()!;
        Assert.That(new[] { await Begin("Дорога"), await Begin("Дорога"), await Begin("Дорога"), await Begin("?"), await Begin("!") },
            Is.Unique.And.SupersetOf(new[] { "дорога", "дорога-2", "дорога-3" }));
        var typed = await api.Post("/newsletters/china-in-eurasia/issues", new { subject = "Another", body = "Text.", slug = "дорога" });
        typed.Is(422);
    }

    [Test]
    public async Task An_issue_with_a_name_in_another_script_has_its_page()
    {
        var api = await ApiCaller.With(App);
        var id = (await api.Post("/newsletters/china-in-eurasia/issues", new { subject = "Дорога без конца", body = "Пять слов." }))
            .Is(201)["id"].GetInt32();
        await using (var db = App.OpenDb())
        {
            (await db.Issues.SingleAsync(issue => issue.Id == id)).ScheduleFor(Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }
        await App.RunUntilIdle();
        var page = await App.Http.GetAsync("/newsletters/china-in-eurasia/issues/дорога-без-конца");
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("Пять слов."));
        var feed = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml");
        Assert.That(feed, Does.Contain("/issues/%D0%B4%D0%BE%D1%80%D0%BE%D0%B3%D0%B0-"));
    }
}
