using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues;
using Microsoft.Playwright;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class DeskInABrowserTests(Provider provider) : DispatchTest(provider)
{
    protected override bool Served => true;

    // The browser judges by its own clock whether the session's cookie has expired, so the test uses the real time.
    [SetUp]
    public void TakeTheRealTime()
    {
        if (TimeProvider.System.GetUtcNow() is var now && now > Start)
            Clock.SetUtcNow(now);
    }

    [Test]
    public async Task Without_script_an_issue_is_written_illustrated_tested_scheduled_taken_back_and_sent()
    {
        await Given.ConfirmedSubscribers(2);
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: false);
        await DeskBrowser.SignInAsync(App, page);
        await page.ClickAsync("text=write an issue for it >> nth=0");
        await page.FillAsync("#Subject", "The road to Torugart");
        await page.FillAsync("#Body", "A road is being built.");
        await page.ClickAsync("text=Save draft");

        await page.FillAsync("#Body", "A road is being rebuilt.");
        await page.ClickAsync("text=Preview without saving");
        await page.FrameLocator("iframe.preview").Locator("text=A road is being rebuilt.").WaitForAsync();
        await page.SetInputFilesAsync("#Pictures",
            new FilePayload { Name = "road.jpg", MimeType = "image/jpeg", Buffer = Pictures.Jpeg() });
        await page.ClickAsync("#pictures button[data-upload]");
        await page.FillAsync("[id^=Alt-]", "A road in the steppe");
        await page.ClickAsync("text=Add to the text");
        Assert.That(await page.InputValueAsync("#Body"),
            Is.EqualTo("A road is being rebuilt.\n\n![A road in the steppe](photos/road.jpg)\n"));
        await page.FillAsync("#To", "ana@news.test");
        await page.ClickAsync("text=Send test");
        Assert.That(await page.InnerTextAsync(".notice.good"), Does.Contain("ana@news.test: Accepted by the mail server."));

        await page.ClickAsync("text=Schedule for this slot");
        Assert.That(await page.InnerTextAsync("#state"), Does.Contain("in its slot"));
        await page.ClickAsync("text=Unschedule");
        await page.ClickAsync("text=Send now");
        await page.ClickAsync("button:has-text('Undo')");
        await page.ClickAsync("text=Send now");
        await App.RunAfter(TimeSpan.FromMinutes(1));
        await page.GotoAsync(page.Url);
        Assert.That(await page.InnerTextAsync("#state"), Does.Contain("Went out on").And.Match(@"2\s+accepted"));
        Assert.That(Smtp.MailFor("reader1@readers.test").Single().Html, Does.Contain("A road is being rebuilt.").And.Contain("/media/"));
    }

    [Test]
    public async Task With_script_the_preview_follows_the_typing_and_the_page_follows_the_sending()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.Draft(body: "First line.\n\nSecond line.");
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            // Ignores the message saying that the preview's sandbox blocks Playwright's own scripts.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Blocked script execution", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.PageError += (_, fault) => complaints.Add(fault);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        var frame = page.FrameLocator("iframe.preview");
        await frame.Locator("text=Second line.").WaitForAsync();

        await page.FillAsync("#Body", "First line.\n\n[Nowhere]()");
        await frame.Locator("text=Nowhere").WaitForAsync();
        Assert.That(await frame.Locator("h1, .subject").First.EvaluateAsync<string>("heading => getComputedStyle(heading).fontFamily"),
            Does.Contain("Georgia"), "the mail's own styles hold");
        await page.ClickAsync("#faults a");
        Assert.That(await page.EvaluateAsync<string>(
            "() => { const body = document.getElementById('Body'); return body.value.slice(body.selectionStart, body.selectionEnd); }"),
                Is.EqualTo("[Nowhere]()"));
        Assert.That(await page.InnerTextAsync("[data-saved]"), Does.Contain("Not saved yet"));
        await page.ClickAsync("[data-tab=txt]");
        await frame.Locator("pre").WaitForAsync();

        await page.SetInputFilesAsync("#Pictures",
            new FilePayload { Name = "road.jpg", MimeType = "image/jpeg", Buffer = Pictures.Jpeg() });
        await page.FillAsync("#Body", "First line.");
        await page.Keyboard.PressAsync("Control+s");
        await page.FillAsync("[id^=Alt-]", "A road in the steppe");
        await page.ClickAsync("[data-insert]");
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo("First line.\n\n![A road in the steppe](photos/road.jpg)\n\n"));
        await page.ClickAsync("text=Send now");
        await page.Locator("button:has-text('Undo')").WaitForAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await App.FanOut(issue);
        await page.Locator(".figures >> text=remaining").WaitForAsync();
        await App.RunUntilIdle();
        await page.Locator("text=Went out on").WaitForAsync();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That(complaints, Is.Empty);
    }
}
