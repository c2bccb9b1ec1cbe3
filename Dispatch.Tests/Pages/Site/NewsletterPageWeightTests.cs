using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues.Files;

namespace Dispatch.Tests.Pages.Site;

/// <summary>
/// The newsletter's page is small, because many readers have old phones. It loads nothing from elsewhere, because some readers fear
/// surveillance.
/// </summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class NewsletterPageWeightTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    [Test]
    public async Task The_newsletters_page_weighs_under_100_kB_with_its_picture_and_asks_nobody_else()
    {
        var reading = (IssueFileReading.Read)await IssueFile.ReadAsync(Directory.GetFiles(Shared.Folder("issues"), "*.md").Single());
        Assert.That(await App.In<IssueFiling, FilingOutcome>(filing =>
            filing.FileAsync(reading.File, new(null, null, SendNow: true), Actor.CommandLine)), Is.InstanceOf<FilingOutcome.Filed>());
        await App.RunAfter(TimeSpan.FromHours(1)); // "send now" can be undone until then

        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(width: 390);
        var (bytes, hosts) = (0, new HashSet<string>());
        page.RequestFinished += (_, request) => hosts.Add(new Uri(request.Url).Authority);
        page.Response += async (_, response) => Interlocked.Add(ref bytes, (await response.BodyAsync()).Length);
        await page.GotoAsync(new Uri(App.Url, "/newsletters/china-in-eurasia").ToString(),
            new() { WaitUntil = Microsoft.Playwright.WaitUntilState.NetworkIdle });
        Assert.That(await page.InnerTextAsync("main"), Does.Contain("Uyghurs Want More Than Words"));
        Assert.That(await page.Locator("main img").CountAsync(), Is.EqualTo(1), "with its picture");
        Assert.That(bytes, Is.InRange(10_000, 100_000), "uncompressed");
        Assert.That(hosts, Is.EqualTo(new[] { App.Url.Authority }));
        Assert.That(await page.Context.CookiesAsync(), Is.Empty);
        Assert.That(await page.InnerTextAsync("#subscribe"), Does.Contain("Written by Reid Standish"));
    }
}
