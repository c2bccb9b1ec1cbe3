using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Dispatch.Tests.Pages;

/// <summary>Checks reader pages against WCAG 2.2 AA, and their use by keyboard without script.</summary>
[TestFixture(Provider.Sqlite)]
[Category(Needs.Chromium)]
public class AccessibilityTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    private const int Flood = 50; // sign-ups after which each needs one more step

    protected override bool Served => true;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:ProofOfWorkAbove", $"{Flood}")];

    [Test]
    public async Task Axe_finds_nothing_on_any_reader_page_light_or_dark([Values("en", "ar")] string language)
    {
        var addresses = await AddressesAsync();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true, width: 390);
        var axe = await Axe.WithAsync(page);
        var found = new List<string>();
        foreach (var address in addresses)
        {
            await page.GotoAsync($"{App.Url}{address}?lang={language}");
            Assert.That(await page.GetAttributeAsync("html", "dir"), Is.EqualTo(language == "ar" ? "rtl" : "ltr"), address);
            await JudgeAsync(address);
        }
        await Reader.Subscribes("late@readers.test");
        await App.RunUntilIdle();
        var late = Reader.ConfirmationLink("late@readers.test").AbsolutePath[1..];
        await page.GotoAsync($"{App.Url}subscribe?lang={language}");
        await page.FillAsync("#email", "ana example");
        await PressAsync("main button");
        await JudgeAsync("the form with a fault");
        await page.FillAsync("#email", "ana@readers.test");
        await PressAsync("main button");
        await JudgeAsync("the form taken");
        foreach (var (address, buttons) in await StepsAsync())
        {
            await page.GotoAsync($"{App.Url}{address}?lang={language}");
            foreach (var button in buttons)
            {
                await PressAsync(button);
                await JudgeAsync($"{address}, {button}");
            }
        }
        await page.RouteAsync("**/proof*.js*", route => route.AbortAsync()); // the script would submit the form before it can be checked
        for (var tries = 0; tries <= Flood; tries++)
            await Reader.Subscribes("victim@readers.test");
        await page.GotoAsync($"{App.Url}subscribe?lang={language}");
        await page.FillAsync("#email", "cyd@readers.test");
        await PressAsync("main button");
        Assert.That(await page.Locator("#proof").CountAsync(), Is.EqualTo(1));
        await JudgeAsync("one more step");
        await PressAsync("main button");
        await JudgeAsync("one more step, too early");
        Clock.Advance(TimeSpan.FromDays(7));
        await page.GotoAsync($"{App.Url}{late}?lang={language}");
        await JudgeAsync("a link that has run out");
        await PressAsync("button[name=renew]");
        await JudgeAsync("a new link");
        Assert.That(found, Is.Empty);

        // A click returns before the next page is there, and the old one would be judged.
        async Task PressAsync(string button)
        {
            var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void Load(object? sender, IPage of) => loaded.TrySetResult();
            page.Load += Load;
            await page.ClickAsync(button);
            await loaded.Task.WaitAsync(TimeSpan.FromSeconds(30));
            page.Load -= Load;
        }

        async Task JudgeAsync(string where)
        {
            found.AddRange((await axe.FindInBothSchemesAsync()).Select(violation => $"{where}, {violation}"));
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
                found.Add($"{where}: is wider than a phone"); // measured in one scheme, because both have the same layout
        }
    }

    [Test]
    public async Task Axe_finds_nothing_for_readers_who_ask_for_more_contrast_or_their_own_colors()
    {
        var slug = await IssueAsync();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(script: true);
        var axe = await Axe.WithAsync(page);
        foreach (var address in new[] { Home, $"{Home}/issues/{slug}", "/subscribe" })
        {
            await page.GotoAsync(new Uri(App.Url, address).ToString());
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
                foreach (var (contrast, colors) in new[] {
                    (Contrast.More, ForcedColors.None), (Contrast.NoPreference, ForcedColors.Active) })
                {
                    await page.EmulateMediaAsync(new() { ColorScheme = scheme, Contrast = contrast, ForcedColors = colors });
                    // In the dark scheme only the color rules run, because everything else is the same.
                    Assert.That(await axe.FindAsync(colorsAlone: scheme is ColorScheme.Dark), Is.Empty,
                        $"{address}, {scheme}, {contrast}, {colors}");
                }
        }
    }

    [Test]
    public async Task A_reader_with_a_keyboard_and_no_script_subscribes_confirms_and_leaves()
    {
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync();
        await page.GotoAsync(new Uri(App.Url, Home).ToString());
        await page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusAsync(page, "getAttribute('href')"), Is.EqualTo("#main"), "the first stop skips to the text");
        await TabToAsync(page, "email");
        Assert.That(await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"),
            Is.EqualTo("solid"), "one sees where one is");
        await page.Keyboard.TypeAsync("ana example");
        await SendAsync(page);
        await page.WaitForFunctionAsync("document.activeElement !== document.body"); // the focus moves with the next frame
        Assert.That(await FocusAsync(page, "id"), Is.EqualTo("email"), "the cursor stands in the field that is wrong");
        Assert.That(await FocusAsync(page, "value"), Is.EqualTo("ana example"), "what was typed stays");
        Assert.That(await page.InnerTextAsync($"#{await FocusAsync(page, "getAttribute('aria-describedby')")}"),
            Does.Contain("There is a space"));

        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("ana@readers.test");
        await SendAsync(page);
        await App.RunUntilIdle();
        await page.GotoAsync(Reader.ConfirmationLink("ana@readers.test").ToString());
        await PressButtonAsync(page);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));

        await IssueAsync();
        await page.GotoAsync(Smtp.MailFor("ana@readers.test")[^1].UnsubscribeLink.ToString());
        await PressButtonAsync(page);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task A_printed_issue_is_its_text_without_what_only_a_screen_needs()
    {
        var slug = await IssueAsync();
        await using var chromium = await Chromium.LaunchAsync();
        var page = await chromium.VisitorAsync(dark: true);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.GotoAsync(new Uri(App.Url, $"{Home}/issues/{slug}").ToString());
        Assert.That(await page.IsVisibleAsync(".issue-body"), Is.True);
        foreach (var forScreens in new[] { "nav", "form", ".languages" })
            Assert.That(await page.Locator($"{forScreens}:visible").CountAsync(), Is.Zero, forScreens);
        Assert.That(await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('h1')).color"),
            Is.EqualTo("rgb(0, 0, 0)"), "black on white, though the reader's screen is dark");
    }

    private async Task<IReadOnlyList<string>> AddressesAsync()
    {
        var tokens = App.Services.GetRequiredService<LinkTokens>();
        var slug = await IssueAsync();
        var ana = await Given.ConfirmedSubscriber("known@readers.test");
        foreach (var address in new[] { "waiting@readers.test", "used@readers.test" })
            await Reader.Subscribes(address);
        await App.RunUntilIdle();
        var used = Reader.ConfirmationLink("used@readers.test");
        await Reader.Confirms(used);
        return
        [
            "", "newsletters/china-in-eurasia", "newsletters/china-in-eurasia/archive", $"newsletters/china-in-eurasia/issues/{slug}",
            "newsletters/china-in-eurasia/form", "newsletters/china-in-eurasia/embed", "subscribe", "privacy", "nonesuch",
            Reader.ConfirmationLink("waiting@readers.test").AbsolutePath[1..], used.AbsolutePath[1..],
            "confirm/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            $"unsubscribe/{tokens.Make(LinkKind.Unsubscribe, ana.SubscriberId, ana.NewsletterId)}",
            $"unsubscribe/{tokens.Make(LinkKind.Unsubscribe, 999, ana.NewsletterId)}",
            $"preferences/{tokens.Make(LinkKind.Preferences, ana.SubscriberId, ana.NewsletterId)}",
            (await Reader.OneTimePreferencesPath(ana))[1..],
            "preferences/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "address/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ];
    }

    // Returns pages, each with the buttons that lead to the next pages to check.
    private async Task<IReadOnlyList<(string Address, string[] Buttons)>> StepsAsync()
    {
        var bob = await Given.ConfirmedSubscriber("bob@readers.test");
        await Reader.Subscribes("soon@readers.test");
        var fresh = await Reader.OneTimePreferencesPath(bob);
        await Reader.Presses(fresh, ("do", "address"), ("email", "bobby@readers.test"));
        await App.RunUntilIdle();
        return
        [
            (Reader.ConfirmationLink("soon@readers.test").AbsolutePath[1..], ["main button"]),
            (Reader.UnsubscribePath(bob)[1..], ["main button", "button[name=undo]"]),
            (Reader.PreferencesPath(bob)[1..], ["main button"]),
            (fresh[1..], ["button[value=newsletters]", "button[value=address]"]), // without an address, the second button shows a fault
            (Smtp.MailFor("bobby@readers.test").Single().Link("/address/").AbsolutePath[1..], ["main button"]),
        ];
    }

    private async Task<string> IssueAsync()
    {
        var id = await Given.IssueDueNow(
            body: "## The road\n\nIt is long, and [somebody](https://example.com/) pays.\n\n> Nobody asked for it.\n\n- one\n- two");
        await App.RunUntilIdle();
        return (await App.Issue(id)).Slug;
    }

    private static async Task TabToAsync(IPage page, string id)
    {
        for (var stops = 0; stops < 40; stops++)
        {
            if (await FocusAsync(page, "id") == id)
                return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"expected the keyboard to reach #{id}, got no further than {await FocusAsync(page, "outerHTML")}");
    }

    private static async Task PressButtonAsync(IPage page)
    {
        for (var stops = 0; stops < 40 && await FocusAsync(page, "tagName") != "BUTTON"; stops++)
            await page.Keyboard.PressAsync("Tab");
        await SendAsync(page);
    }

    // Presses Enter and waits for the new page, because the old page would swallow the next key.
    private static async Task SendAsync(IPage page)
    {
        var arrived = new TaskCompletionSource();
        page.FrameNavigated += Arrive;
        await page.Keyboard.PressAsync("Enter");
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
        page.FrameNavigated -= Arrive;
        // Playwright itself sometimes misses that the page is loaded, so the page is asked.
        await Patience.UntilItHoldsAsync(async () => await page.EvaluateAsync<string>("document.readyState") == "complete");

        void Arrive(object? sender, IFrame frame) => arrived.TrySetResult();
    }

    private static Task<string> FocusAsync(IPage page, string of) => page.EvaluateAsync<string>($"document.activeElement.{of}");

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return (await db.Subscriptions.SingleAsync()).State;
    }
}
