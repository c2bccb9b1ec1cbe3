using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class SubscribingInABrowserTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    [Test]
    public async Task A_reader_without_script_subscribes_confirms_and_leaves()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(width: 390);
        await page.GotoAsync(App.Url.ToString());
        await page.FillAsync("input[type=email]", "ana@readers.test");
        await page.ClickAsync("form[action$='/subscribe'] button");
        Assert.That(await page.InnerTextAsync("h1"), Does.Contain("inbox").IgnoreCase);
        await App.RunUntilIdle();

        var link = Reader.ConfirmationLink("ana@readers.test");
        await page.GotoAsync(link.ToString());
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending),
            "a look at the page confirms nothing: mail scanners look too");
        await page.ClickAsync("main form button");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));

        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await page.GotoAsync(Smtp.MailFor("ana@readers.test")[^1].UnsubscribeLink.ToString());
        await page.ClickAsync("main form button");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return (await db.Subscriptions.SingleAsync()).State;
    }
}
