using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>An open editor keeps the typed text, even if somebody else changes or sends the issue.</summary>
[TestFixture(Provider.Sqlite), Category(Needs.Chromium)]
public class OpenEditorTests(Provider provider) : DispatchTest(provider)
{
    private const string Typed = "A road is being built.\n\nTyped for an hour.";

    protected override bool Served => true;

    // The browser judges by its own clock whether the session's cookie has expired, so the test uses the real time.
    [SetUp]
    public void TakeTheRealTime()
    {
        if (TimeProvider.System.GetUtcNow() is var now && now > Start)
            Clock.SetUtcNow(now);
    }

    [Test]
    public async Task An_open_editor_never_reloads_itself_and_a_banner_says_what_changed()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, issue, loads) = await TypeAsync(chromium);

        await using (var db = App.OpenDb())
        {
            (await db.Issues.SingleAsync()).ScheduleFor(Clock.GetUtcNow().AddDays(3)); // as a colleague would
            await db.SaveChangesAsync();
        }
        await page.Locator(".banner", new() { HasTextString = "Someone scheduled this issue" }).WaitForAsync();
        Assert.That(await page.InnerTextAsync(".banner"), Does.Contain("What you typed is still here but not saved."));

        // A proxy answers this way while Dispatch restarts.
        await page.RouteAsync("**/desk/issues/**", route => route.FulfillAsync(new() { Status = 502, Body = "Bad gateway" }));
        await page.Locator(".banner", new() { HasTextString = "can’t be reached" }).WaitForAsync();
        await page.UnrouteAllAsync();
        await page.Locator(".banner", new() { HasTextString = "can’t be reached" })
            .WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.Context.ClearCookiesAsync(new() { Name = "dispatch-desk" });
        await page.Locator(".banner", new() { HasTextString = "You have been signed out." }).WaitForAsync();
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo(Typed));
        Assert.That(loads.Count, Is.Zero, "and nothing was loaded anew");

        await page.ClickAsync("button:text-is(\"Save\")");
        await page.FillAsync("#Password", DeskBrowser.Password);
        await page.ClickAsync("main form button");
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo(Typed), "it survives signing in");
        await page.ClickAsync("button:text-is(\"Save\")");
        await page.Locator("text=\"Saved.\"").WaitForAsync();
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo(Typed));
    }

    [Test]
    public async Task Without_a_network_saving_leaves_the_text_on_the_screen()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, issue, loads) = await TypeAsync(chromium);
        await page.Context.SetOfflineAsync(true);
        await page.ClickAsync("button:text-is(\"Save\")");
        await page.Locator(".banner", new() { HasTextString = "can’t be reached" }).WaitForAsync();
        await page.PressAsync("#Body", "Control+s");
        Assert.That((await page.InputValueAsync("#Body"), loads.Count), Is.EqualTo((Typed, 0)));
        await page.Context.SetOfflineAsync(false);
        await page.Locator(".banner", new() { HasTextString = "can’t be reached" })
            .WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.ClickAsync("button:text-is(\"Approve\")");
        await page.Locator("text=Approved.").WaitForAsync();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Approved).And.Property("Body").EqualTo(Typed),
            "the pressed button still says what happens");
    }

    [Test]
    public async Task A_correction_that_is_not_published_yet_is_not_left_by_mistake()
    {
        await Given.ConfirmedSubscribers(1);
        var issue = await Given.ScheduledIssue(Clock.GetUtcNow());
        await App.FanOut(issue);
        await App.RunUntilIdle();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        var asked = new TaskCompletionSource<string>();
        page.Dialog += (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            dialog.DismissAsync();
        };
        await page.ClickAsync("#Correction");
        await page.Keyboard.TypeAsync("It was a Tuesday.");
        await page.EvaluateAsync("() => { location.href = '/desk'; }");
        Assert.That(await asked.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo("beforeunload"));
        await page.ClickAsync("button:text-is(\"Publish correction\")");
        await page.Locator("text=Correction published.").WaitForAsync();
    }

    [Test]
    public async Task A_new_issue_that_was_saved_stays_the_same_draft_after_Back()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/new");
        await SaveAsync("First.");
        await page.GoBackAsync();
        await SaveAsync("First. Second.");
        await page.GotoAsync($"{App.Url}desk/issues/new");
        await SaveAsync("Another.");
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.OrderBy(issue => issue.Id).Select(issue => issue.Body).ToListAsync(),
            Is.EqualTo(new[] { "First. Second.", "Another." }));

        async Task SaveAsync(string body)
        {
            await page.FillAsync("#Subject", "The road");
            await page.FillAsync("#Body", body);
            await page.ClickAsync("button:text-is(\"Save draft\")");
            await page.WaitForURLAsync(new Regex(@"/desk/issues/\d+$"));
        }
    }

    [Test]
    public async Task A_draft_that_nobody_touches_asks_for_no_page()
    {
        var issue = await Given.Draft();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(new Uri(request.Url).AbsolutePath);
        await page.WaitForRequestAsync("**/watch?*");
        await page.WaitForRequestAsync("**/watch?*");
        Assert.That(asked.Where(path => path.StartsWith("/desk", StringComparison.Ordinal)).Distinct(),
            Is.EqualTo(new[] { $"/desk/issues/{issue}/watch" }));
        Assert.That(await page.Locator("[data-live], .banner").CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Pictures_go_in_where_the_cursor_was_and_described()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, _, loads) = await TypeAsync(chromium);
        await page.EvaluateAsync("() => document.getElementById('Body').setSelectionRange(24, 24)"); // before the second paragraph
        await page.SetInputFilesAsync("#Pictures",
            new FilePayload { Name = "road.jpg", MimeType = "image/jpeg", Buffer = Pictures.Jpeg() });
        await page.ClickAsync("#pictures button[data-upload]");
        await page.Locator(".pictures img").WaitForAsync();
        await page.ClickAsync("[data-insert]");
        Assert.That(await page.InnerTextAsync(".pictures .fault"), Does.Contain("Describe what the picture shows"));
        await page.FillAsync("input[id^=Alt-]", "A road [unpaved]");
        await page.FillAsync("input[id^=Caption-]", "Near \"Torugart\"");
        await page.FillAsync("input[id^=Credit-]", "A. Photographer");
        await page.ClickAsync("[data-insert]");
        Assert.That(await page.InputValueAsync("#Body"), Is.EqualTo(
            "A road is being built.\n\n![A road \\[unpaved\\]](photos/road.jpg \"Near \\\"Torugart\\\" | A. Photographer\")\n\nTyped for "
                + "an hour."));
        Assert.That(loads.Count, Is.Zero, "what was typed is still here");
        await page.FrameLocator("iframe.preview").Locator("text=Near \"Torugart\"").WaitForAsync();
        Assert.That(await page.InnerTextAsync("#faults"), Does.Not.Contain("error"));
    }

    [Test]
    public async Task A_picture_that_the_text_already_names_is_checked_and_shown_at_once()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, _, _) = await TypeAsync(chromium);
        await page.FillAsync("#Body", "![A road](photos/road.jpg)");
        await page.Locator("#faults", new() { HasTextString = "photos/road.jpg" }).WaitForAsync();
        await page.SetInputFilesAsync("#Pictures",
            new FilePayload { Name = "road.jpg", MimeType = "image/jpeg", Buffer = Pictures.Jpeg() });
        await page.ClickAsync("#pictures button[data-upload]");
        await page.Locator("[data-uploading]", new() { HasTextString = "Added. The text already shows it." }).WaitForAsync();
        await page.FrameLocator("iframe.preview").Locator("img[src*='/media/']").WaitForAsync();
        Assert.That(await page.InnerTextAsync("#faults"), Does.Not.Contain("photos/road.jpg"));
    }

    [Test]
    public async Task What_moves_leaves_the_keyboard_where_it_is_and_what_was_opened_open()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.ScheduledIssue(Clock.GetUtcNow());
        await App.FanOut(issue);
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        await page.ClickAsync(".sums-in summary"); // closes the open summary
        await page.FocusAsync(".sums-in summary");
        await App.RunUntilIdle();
        await page.Locator("text=Went out on").WaitForAsync();
        Assert.That(await page.EvaluateAsync<string>("() => document.activeElement.tagName"), Is.EqualTo("SUMMARY"));
        Assert.That(await page.EvaluateAsync<bool>("() => document.querySelector('.sums-in').open"), Is.False);
        Assert.That(await page.InnerTextAsync(".figures"), Does.Match(@"3\s+accepted"));
    }

    [Test]
    public async Task The_board_leaves_the_keyboard_on_its_link()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.ScheduledIssue(Clock.GetUtcNow());
        await App.FanOut(issue);
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk");
        await page.FocusAsync("#boards .notice a");
        var twice = new TaskCompletionSource();
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        page.Request += (_, request) => said.Enqueue($"asked {request.Url}");
        page.RequestFailed += (_, request) => said.Enqueue($"failed {request.Failure}");
        page.RequestFinished += (_, request) =>
        {
            said.Enqueue($"got {request.Url}");
            if (said.Count(line => line == $"got {App.Url}desk") == 2)
                twice.TrySetResult();
        };
        try
        {
            await twice.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"expected the board to be asked for twice, got: {string.Join(", ", said)}\n{await page.InnerHTMLAsync("#main")}");
        }
        Assert.That(await page.EvaluateAsync<string>("() => document.activeElement.textContent"), Is.EqualTo("From the steppe"));
    }

    [TestCase("Control+S", TestName = "Ctrl-S saves with Caps Lock on"), TestCase("Control+s", TestName = "Ctrl-S saves")]
    public async Task Control_S(string keys)
    {
        await using var chromium = await Chromium.LaunchAsync();
        var (page, issue, _) = await TypeAsync(chromium);
        await page.PressAsync("#Body", keys);
        await page.Locator("text=\"Saved.\"").WaitForAsync();
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo(Typed));
    }

    private async Task<(IPage Page, int Issue, List<string> Loads)> TypeAsync(Chromium chromium)
    {
        var issue = await Given.Draft();
        var page = await chromium.VisitorAsync(script: true);
        await DeskBrowser.SignInAsync(App, page);
        await page.GotoAsync($"{App.Url}desk/issues/{issue}");
        await page.FillAsync("#Body", Typed);
        var loads = new List<string>();
        page.FrameNavigated += (_, frame) =>
        {
            if (frame == page.MainFrame)
                loads.Add(frame.Url);
        };
        page.Dialog += (_, dialog) =>
        {
            loads.Add(dialog.Type); // such as "Reload site?"
            dialog.DismissAsync();
        };
        return (page, issue, loads);
    }
}
