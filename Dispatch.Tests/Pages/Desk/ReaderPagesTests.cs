using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Transfer.Import;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>Readers on the desk: counts for everybody, single readers for ops, and moving in.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReaderPagesTests(Provider provider) : ImportTest(provider)
{
    [TestCase(null, "the newsletter’s own")]
    [TestCase("en", "English")]
    [TestCase("uk", "Ukrainian")]
    [TestCase("qqx", "qqx")]
    [TestCase("not a tag", "not a tag")]
    public void A_language_is_told_by_its_name_if_it_has_one(string? language, string told) =>
        Assert.That(Dispatch.Api.Pages.Desk.Readers.ReaderListModel.NameOf(language), Is.EqualTo(told));

    [Test]
    public async Task A_correspondent_sees_counts_and_no_reader()
    {
        await Given.ConfirmedSubscriber("ana@readers.test", language: "ru");
        await Given.Subscriber("ben@readers.test", SubscriptionState.Pending);
        var desk = await DeskAsync(StaffRoles.Correspondent);
        await desk.OpenAsync("/desk/readers");
        var page = desk.Page;
        Assert.That(page.QuerySelector("main table tbody tr")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "China", "In", "Eurasia", "1", "1", "1", "0" }));
        Assert.That(page.QuerySelector("figure.plot svg desc")!.TextContent, Does.Contain("to 1 in the week of Nov 23, 2026"));
        Assert.That(page.QuerySelectorAll("main form"), Is.Empty);
        await desk.OpenAsync("/desk/readers/1");
        Assert.That(desk.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Ops_find_a_reader_by_the_whole_address_and_each_look_is_in_the_audit()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        await Given.IssueDueNow("A road");
        await App.RunUntilIdle();
        var desk = await DeskAsync(StaffRoles.Ops);
        await desk.OpenAsync("/desk/readers");
        await desk.SubmitAsync("form[action$='handler=find']", new() { ["Email"] = "Ana@readers.test" });
        Assert.That(desk.Page.QuerySelector("h1")!.TextContent, Is.EqualTo("ana@readers.test"));
        Assert.That(desk.Text, Does.Contain("A road").And.Contain("accepted").IgnoreCase);
        await desk.OpenAsync("/desk/readers");
        await desk.SubmitAsync("form[action$='handler=find']", new() { ["Email"] = "nobody@readers.test" });
        Assert.That((desk.Status, desk.FaultOf("Email")), Is.EqualTo((422, "There is no reader with this address.")));
        await using var db = App.OpenDb();
        var looks = await db.Set<AuditEntry>().Where(entry => entry.Action == "reader.seen").ToListAsync();
        Assert.That(looks.Select(look => look.Target), Is.EqualTo(new[] { $"subscriber:{ana.SubscriberId}" }));
        Assert.That(looks.Single().Actor, Does.StartWith("staff:"));
    }

    // Nothing more exact than the hour or the day is stored, and 04:00:00 or 00:00:00 looked as if it were.
    [Test]
    public async Task A_time_that_is_stored_to_the_hour_or_day_was_shown_to_the_second()
    {
        Clock.SetUtcNow(new DateTimeOffset(2026, 11, 28, 4, 18, 12, TimeSpan.Zero));
        var ana = await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        var path = await Reader.OneTimePreferencesPath(ana);
        await Given.IssueDueNow("A road");
        await App.RunUntilIdle();
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        var desk = await DeskAsync(StaffRoles.Ops);
        await desk.OpenAsync($"/desk/readers/{ana.SubscriberId}");
        Assert.That(desk.Text, Does.Contain("Nov 28, 2026, 04:00–05:00").And.Contain("Dec 10, 2026")
            .And.Contain("Link to the preferences")
            .And.Contain("asked for a link to the preferences").And.Not.Contain(":00:00"));
        var tables = desk.Page.QuerySelectorAll("main table");
        Assert.That(tables.Select(table => table.ClassName), Is.All.Contains("stacked"), "four tables ran past a phone's edge");
    }

    [TestCase("2026-11-28T00:00:00Z", "Nov 28, 2026")]
    [TestCase("2026-11-28T04:00:00Z", "Nov 28, 2026, 04:00–05:00")]
    [TestCase("2026-11-28T23:00:00Z", "Nov 28, 2026, 23:00–00:00")]
    [TestCase("2026-11-28T04:18:12Z", "Nov 28, 2026, 04:18:12")]
    public void An_hour_is_told_as_a_span_and_a_day_as_a_date(string stored, string told) =>
        Assert.That(Dispatch.Api.Pages.Desk.DeskTime.StoredToTheHour(DateTimeOffset.Parse(stored,
            System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(told));

    [Test]
    public async Task Ops_unsubscribe_help_and_erase_a_reader_who_asks()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test", "Ana");
        var desk = await DeskAsync(StaffRoles.Ops);
        await desk.OpenAsync($"/desk/readers/{ana.SubscriberId}");
        await desk.SubmitAsync("#help", []);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("ana@readers.test").Single().Text, Does.Contain("/preferences/"));
        await desk.OpenAsync($"/desk/readers/{ana.SubscriberId}");
        await desk.SubmitAsync("form[action*='handler=unsubscribe']", []);
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("unsubscribed"));
        await desk.SubmitAsync("#help", [], "Erase this reader");
        Assert.That(await StatusOf("ana@readers.test"), Is.Null);
    }

    [Test]
    public async Task A_reader_is_added_with_their_consent_noted_unless_they_left()
    {
        await Given.Subscriber("left@readers.test", SubscriptionState.Unsubscribed);
        var desk = await DeskAsync(StaffRoles.Ops);
        foreach (var address in new[] { "left@readers.test", "new@readers.test" })
        {
            await desk.OpenAsync("/desk/readers");
            await desk.SubmitAsync("#add", new()
            {
                ["NewEmail"] = address,
                ["Newsletter"] = "china-in-eurasia",
                ["ConsentDate"] = "2026-11-01",
                ["Consent"] = "On paper, \"at the fair\"",
            });
        }
        Assert.That((await StatusOf("left@readers.test"), await StatusOf("new@readers.test")), Is.EqualTo(("unsubscribed", "confirmed")));
        var reader = (await Find("new@readers.test"))!;
        Assert.That((reader.Fields["consent"], reader.Subscription.Source), Is.EqualTo(("On paper, \"at the fair\"", "desk")));
    }

    [Test]
    public async Task A_file_is_looked_at_first_and_then_taken_by_a_button()
    {
        var desk = await DeskAsync(StaffRoles.Ops);
        await desk.OpenAsync("/desk/import");
        await desk.SubmitAsync("#upload", [], null, File("email,status,confirmed_at\nana@readers.test,confirmed,2024-01-01\nx,,\n"));
        var path = desk.Path;
        Assert.That(desk.Text, Does.Contain("What would happen").And.Contain("new, confirmed: 1").And.Contain("Import 1 reader"));
        Assert.That(await StatusOf("ana@readers.test"), Is.Null);
        await desk.SubmitAsync("#decide", []);
        Assert.That(desk.Page.QuerySelector("progress"), Is.Not.Null);
        await App.RunUntilIdle();
        await desk.OpenAsync(path);
        Assert.That(desk.Text, Does.Contain("The readers are here, and nobody was emailed.").And.Not.Contain("ana@"));
        Assert.That(await StatusOf("ana@readers.test"), Is.EqualTo("confirmed"));
        await desk.OpenAsync("/desk/import");
        Assert.That(desk.Page.QuerySelector("main table tbody tr")!.TextContent, Does.Contain("list.csv"),
            "the list said only \"Import 1\"");
        Assert.That(desk.Page.QuerySelectorAll("#from option").Select(option => option.TextContent),
            Does.Contain("phpList").And.Contain("listmonk (JSON of its API)").And.Not.Contain("listmonk-api"));
    }

    [Test]
    public void Readers_without_proof_looked_like_one_more_addend() => Assert.That(
        ImportWords.Counts(new(), new()).Select(count => count.What).SkipWhile(what => what != "confirmed").Take(2),
        Is.EqualTo(new[] { "confirmed", "of which without proof of opt-in" }));

    [Test]
    public async Task A_forged_upload_and_an_unreadable_one_are_refused_in_words()
    {
        var desk = await DeskAsync(StaffRoles.Ops);
        await desk.OpenAsync("/desk/import");
        await desk.SubmitAsync("#upload", new() { ["__RequestVerificationToken"] = "nonsense" }, null, File("email\nana@readers.test\n"));
        Assert.That(desk.Text, Does.Contain("couldn’t be checked"));
        await desk.SubmitAsync("#upload", [], null, File("Adresse\nana@readers.test\n"));
        Assert.That(desk.Text, Does.Contain("isn’t recognized").And.Not.Contain("ana@"));
        await desk.SubmitAsync("#upload", []);
        Assert.That(desk.Text, Does.Contain("Choose a file."));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
    }

    private Task<DeskBrowser> DeskAsync(string role) => DeskBrowser.SignedInAsync(App, "someone@news.test", role);

    private static (string Name, byte[] Bytes) File(string csv) => ("list.csv", Encoding.UTF8.GetBytes(csv));
}
