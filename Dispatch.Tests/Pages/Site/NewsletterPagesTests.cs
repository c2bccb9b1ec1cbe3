using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewsletterPagesTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_rule_can_be_tried_before_it_is_saved_and_then_wakes_the_worker_at_its_slots()
    {
        var desk = await AtTheNewsletterAsync();
        Assert.That(Slots(desk)[0], Is.EqualTo("Wednesday, December 2, 2026, 09:00"));
        Assert.That(Slots(desk), Has.Count.EqualTo(6));
        await desk.SubmitAsync("#newsletter",
            new() { ["Schedule"] = "0 7 * * MON", ["TimeZone"] = "Asia/Kathmandu", ["Name"] = "The Steppe" }, "Show slots");
        Assert.That(Slots(desk)[0], Is.EqualTo("Monday, November 30, 2026, 07:00"));
        Assert.That((desk.ValueOf("Name"), (await Given.Newsletter()).Schedule), Is.EqualTo(("The Steppe", "0 9 1-7,15-21 * WED")),
            "typed, not saved");

        await desk.SubmitAsync("#newsletter", button: "Save");
        Assert.That(await Given.Newsletter(), Has.Property("Schedule").EqualTo("0 7 * * MON").And.Property("TimeZone")
            .EqualTo("Asia/Kathmandu").And.Property("Name").EqualTo("The Steppe"));
        using var jobs = App.Services.GetRequiredService<JobStorage>().GetConnection();
        var job = jobs.GetRecurringJobs().Single(known => known.Id == "slot:china-in-eurasia");
        Assert.That((job.Cron, job.TimeZoneId), Is.EqualTo(("0 7 * * MON", "Asia/Kathmandu")));
    }

    [Test]
    public async Task Faults_stand_beside_their_fields_and_what_was_typed_comes_back()
    {
        var desk = await AtTheNewsletterAsync();
        await desk.SubmitAsync("#newsletter",
            new() { ["From"] = "nobody", ["Schedule"] = "every day", ["Description"] = "Typed & kept" }, "Save");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("From"), Does.StartWith("From is not a mailbox"));
        Assert.That(desk.FaultOf("Schedule"), Does.StartWith("Schedule is 'every day'"));
        Assert.That(desk.ValueOf("Description"), Is.EqualTo("Typed & kept"));
        await desk.SubmitAsync("#newsletter", button: "Show slots");
        Assert.That((desk.Status, Slots(desk)), Is.EqualTo((422, Array.Empty<string>())));
    }

    [Test]
    public async Task What_somebody_else_has_saved_meanwhile_is_shown_and_not_overwritten_unseen()
    {
        var ana = await AtTheNewsletterAsync();
        var bo = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await bo.OpenAsync(ana.Path);
        await bo.SubmitAsync("#newsletter",
            new() { ["From"] = "Bo's Letter <bo@sender.test>", ["PostalAddress"] = "Square 1\nPrague" }, "Save");
        await ana.SubmitAsync("#newsletter", new() { ["Name"] = "The Steppe" }, "Save");
        Assert.That((ana.Status, ana.ValueOf("Name")), Is.EqualTo((409, "The Steppe")));
        Assert.That(ana.Text, Does.Contain("Someone else has changed this newsletter"));
        Assert.That((ana.FaultOf("From"), ana.FaultOf("Name")),
            Is.EqualTo(("Theirs: Bo's Letter <bo@sender.test>", "Theirs: China In Eurasia")));
        Assert.That(await Given.Newsletter(), Has.Property("Name").EqualTo("China In Eurasia").And.Property("From")
            .EqualTo("Bo's Letter <bo@sender.test>"));

        await ana.SubmitAsync("#newsletter", button: "Save");
        Assert.That(await Given.Newsletter(), Has.Property("Name").EqualTo("The Steppe").And.Property("PostalAddress").Empty,
            "now she has seen it");
    }

    private async Task<DeskBrowser> AtTheNewsletterAsync()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk/newsletters");
        await desk.OpenAsync(desk.Page.QuerySelector("tbody a")!.GetAttribute("href")!);
        return desk;
    }

    private static List<string> Slots(DeskBrowser desk) => [.. desk.Page.QuerySelectorAll(".panel li").Select(slot => slot.TextContent)];
}
