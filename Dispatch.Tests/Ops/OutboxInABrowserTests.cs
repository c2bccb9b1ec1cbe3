using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Ops;

[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class OutboxInABrowserTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:Relays:0:Url", "pickup:outbox")];

    [Test]
    public async Task A_reader_confirms_from_the_outbox_without_script()
    {
        (await Reader.Subscribes("ana@readers.test")).EnsureSuccessStatusCode();
        await App.RunUntilIdle();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync();
        await page.GotoAsync(new Uri(App.Url, "/ops/outbox").ToString());
        await page.ClickAsync("table a");
        var opened = await page.Context.RunAndWaitForPageAsync(() => page.FrameLocator("iframe")
            .Locator("a[href*='/confirm/']:visible").First.ClickAsync());
        await opened.ClickAsync("main form button");
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
        Assert.That(page.Url, Does.Contain("/ops/outbox/"), "the mail is still there");
    }
}
