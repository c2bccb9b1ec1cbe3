using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Microsoft.Playwright;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>Text and pictures pasted into the editor.</summary>
[TestFixture(Provider.Sqlite), Category(Needs.Chromium)]
public class PastingInABrowserTests(Provider provider) : DispatchTest(provider)
{
    private const string Html = "<p>A <a href='https://example.org/'>link</a>.</p><ul><li>One</li></ul>"
        + "<p>Copied.<a id=r href='https://a.test/p#n'>1</a></p><img src='https://a.test/a.jpg'>"
        + "<p id=n>Note. <a href='https://a.test/p#r'>↩</a></p>";

    private const string Dispatched = """
        ([html, text, file]) => {
          const data = new DataTransfer();
          if (html) data.setData('text/html', html);
          if (text) data.setData('text/plain', text);
          if (file) data.items.add(new File([Uint8Array.from(atob(file), c => c.charCodeAt(0))], 'image.jpg', { type: 'image/jpeg' }));
          const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
          document.getElementById('Body').dispatchEvent(paste);
        }
        """;

    protected override bool Served => true;

    [SetUp]
    public void TakeTheRealTime()
    {
        if (TimeProvider.System.GetUtcNow() is var now && now > Start)
            Clock.SetUtcNow(now); // the browser judges by its own clock whether the session's cookie has expired
    }

    [Test]
    public async Task Pasted_formatting_becomes_Markdown_at_the_cursor_and_can_be_undone_and_saved()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, issue) = await TypeAsync(chromium, "First.[^1]\n\nLast.\n\n[^1]: A note.", cursor: 10);
        await page.Keyboard.TypeAsync(" Typed.");
        var before = await page.InputValueAsync("#Body");
        await page.EvaluateAsync(Dispatched, new[] { Html, "A link.\nOne\nCopied.1" });
        await page.Locator(".banner", new() { HasTextString = "A picture was left out" }).WaitForAsync();
        const string pasted = "First.[^1] Typed.\n\nA [link](https://example.org/).\n\n- One\n\nCopied.[^2]\n\n[^2]: Note.\n\nLast.\n\n"
            + "[^1]: A note.";
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo(pasted));
        await page.PressAsync("#Body", "Control+z");
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo(before), "one step back");
        await page.PressAsync("#Body", "Control+Shift+z");
        await page.PressAsync("#Body", "Control+s");
        await page.Locator("text=\"Saved.\"").WaitForAsync();
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo(pasted));
    }

    [Test]
    public async Task Nothing_typed_during_the_conversion_is_lost_and_saving_waits_for_it()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, issue) = await TypeAsync(chromium, "One  three.", cursor: 4);
        var release = new TaskCompletionSource();
        await page.RouteAsync("**/desk/issues/paste*", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await page.EvaluateAsync(Dispatched, new[] { "<b>two</b>", "two" });
        await page.Keyboard.TypeAsync(",");
        await page.PressAsync("#Body", "End");
        await page.Keyboard.TypeAsync(" Four.");
        await page.PressAsync("#Body", "Control+s");
        release.SetResult();
        await page.Locator("text=\"Saved.\"").WaitForAsync();
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("One **two**, three. Four."));
    }

    [Test]
    public async Task Without_a_server_the_plain_text_is_pasted_and_a_banner_says_so()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, _) = await TypeAsync(chromium, "One ", cursor: 4);
        await page.RouteAsync("**/desk/issues/paste*", route => route.AbortAsync());
        await page.EvaluateAsync(Dispatched, new[] { "<b>two</b>", "two" });
        await page.Locator(".banner", new() { HasTextString = "pasted as plain text" }).WaitForAsync();
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo("One two"));
    }

    // The browser itself inserts what the script leaves alone, but not for an event from a test.
    [TestCase("<div style='font-family: Menlo, monospace; white-space: pre;'><b>## A</b></div>", "## A",
        TestName = "Text from a code editor is left alone")]
    [TestCase("<p>**So** [a](https://example.org/)</p><p><a href='https://example.org/'>b</a></p>", "**So** [a](https://example.org/)\nb",
        TestName = "Markdown from another program is left alone")]
    [TestCase("<span>words</span>", "words", TestName = "Text without formatting is left alone")]
    public async Task Left_alone(string html, string text)
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, _) = await TypeAsync(chromium, "One ", cursor: 4);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.EvaluateAsync(Dispatched, new[] { html, text });
        await page.EvaluateAsync("() => new Promise(done => setTimeout(done))");
        Assert.That(asked, Has.None.Contains("/paste"));
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo("One "));
    }

    [Test]
    public async Task A_pasted_picture_is_added_to_the_pictures()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, _) = await TypeAsync(chromium, "Not saved.", cursor: 4);
        await page.EvaluateAsync(Dispatched, new[] { "", "", Convert.ToBase64String(Pictures.Jpeg()) });
        await page.Locator(".pictures code", new() { HasTextString = "photos/image.jpg" }).WaitForAsync();
        await page.Locator("[data-uploading]", new() { HasTextString = "Describe what it shows" }).WaitForAsync();
        Assert.That(await page.EvaluateAsync<string>("() => document.activeElement.name"), Does.StartWith("Alt-"));
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo("Not saved."));
    }

    private async Task<(IPage Page, int Issue)> TypeAsync(Chromium chromium, string body, int cursor)
    {
        var issue = await Given.Draft();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        await page.FillAsync("#Body", body);
        await page.EvaluateAsync("at => document.getElementById('Body').setSelectionRange(at, at)", cursor);
        return (page, issue);
    }
}
