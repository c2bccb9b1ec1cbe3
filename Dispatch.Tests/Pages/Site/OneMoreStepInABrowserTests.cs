using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;

namespace Dispatch.Tests.Pages.Site;

/// <summary>The additional step that the form asks for during a flood of sign-ups.</summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class OneMoreStepInABrowserTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:ProofOfWorkAbove", "1")];

    [Test]
    public async Task With_script_the_browser_does_the_sum_and_goes_on_by_itself()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true, width: 390);
        await SendAsync(page);
        await page.Locator("h1", new() { HasText = "Check your inbox" }).WaitForAsync(new() { Timeout = 60_000 });
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("ana@readers.test"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_script_it_takes_patience_and_a_second_button()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(width: 390);
        await SendAsync(page);
        Assert.That(await page.InnerTextAsync("h1"), Is.EqualTo("One more step"));
        Clock.Advance(TimeSpan.FromSeconds(21));
        await page.ClickAsync("#proof button");
        Assert.That(await page.InnerTextAsync("h1"), Is.EqualTo("Check your inbox"));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("ana@readers.test"), Has.Count.EqualTo(1));
    }

    private async Task SendAsync(Microsoft.Playwright.IPage page)
    {
        foreach (var address in new[] { "victim1@example.com", "victim2@example.com" })
            await Reader.Subscribes(address);
        await page.GotoAsync(new Uri(App.Url, "/subscribe?lang=en").ToString());
        await page.FillAsync("#email", "ana@readers.test");
        await page.ClickAsync("form[action^='/subscribe'] button");
    }
}
