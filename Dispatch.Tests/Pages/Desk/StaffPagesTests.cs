using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StaffPagesTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_page_that_is_not_there_leads_back_to_work()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        foreach (var missing in new[] { "/desk/issues/999", "/desk/nonesuch", "/desk/newsletters/nonesuch" })
        {
            await desk.OpenAsync(missing);
            Assert.That((desk.Status, desk.Page.QuerySelector("h1")!.TextContent), Is.EqualTo((404, "Page not found")), missing);
            Assert.That(desk.Page.QuerySelector("main .button")!.GetAttribute("href"), Is.EqualTo("/desk"));
            Assert.That(desk.Page.QuerySelector(".deskbar nav"), Is.Not.Null);
        }
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/desk");
        Assert.That((ops.Status, ops.Page.QuerySelector("main .button")!.GetAttribute("href")), Is.EqualTo((403, "/ops")));
        await ops.OpenAsync("/ops/nonesuch");
        Assert.That((ops.Status, ops.Page.QuerySelector("main .button")!.GetAttribute("href")), Is.EqualTo((404, "/ops")));
        var reader = await App.Http.GetAsync("/nonesuch");
        Assert.That(await reader.Content.ReadAsStringAsync(), Does.Not.Contain("deskbar"));
    }

    [Test]
    public async Task Issues_on_their_way_are_those_that_are_and_times_have_one_face()
    {
        await Given.ConfirmedSubscribers(2);
        await Given.IssueDueNow("Long sent");
        await App.RunUntilIdle();
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/ops");
        var text = ops.Page.QuerySelector("main")!.TextContent;
        Assert.That(text.IndexOf("Long sent", StringComparison.Ordinal),
            Is.GreaterThan(text.IndexOf("Recently sent", StringComparison.Ordinal)));
        Assert.That(text, Does.Contain("As of Nov 24, 2026, 09:00:00.").And.Contain("Wed, Dec 2, 2026, 09:00 (Prague time)"));
        Assert.That(text, Does.Not.Match(@"\d [AP]M").And.Not.Match(@"\d{4}-\d\d-\d\dT").And.Not.Match(@"staff:\d"));
        Assert.That(ops.Page.QuerySelectorAll(".scroll").Select(region => region.GetAttribute("tabindex")),
            Is.All.EqualTo("0"), "a keyboard can scroll it");
        Assert.That(ops.Page.QuerySelectorAll(".scroll").Select(region => region.GetAttribute("aria-label")), Is.All.Not.Empty);
    }

    [TestCase("2026-12-20", "Приостановлено до воскресенья, 20 декабря 2026 г.")]
    [TestCase("2026-12-22", "Приостановлено до вторника, 22 декабря 2026 г.")]
    [TestCase("2026-12-23", "Приостановлено до среды, 23 декабря 2026 г.")]
    [TestCase("2026-12-26", "Приостановлено до субботы, 26 декабря 2026 г.")]
    public async Task A_pause_is_told_in_Russian_as_Russians_write_it(string day, string says)
    {
        var ana = await Given.ConfirmedSubscriber("anna@readers.test");
        var fresh = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(fresh, ("do", "pause"), ("until", day));
        var page = await App.Http.GetStringAsync($"{fresh}?lang=ru");
        var text = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page).Body!.TextContent.Replace('\u00A0', ' ')
            .Replace('\u202F', ' ');
        Assert.That(text, Does.Contain(says).And.Not.Contain("г..").And.Contain("Речь об адресе anna@readers.test"));
    }
}
