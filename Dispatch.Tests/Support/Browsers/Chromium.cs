using Microsoft.Playwright;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>
/// Debian's Chromium, driven by Playwright; one for the test run. For pages it needs an app with <see cref="DispatchTest.Served"/>.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly Lock Launching = new();
    private static Task<(IPlaywright Playwright, IBrowser Browser)>? launched;

    private readonly IBrowser browser;
    private readonly List<IBrowserContext> visitors = [];

    private Chromium(IBrowser browser) => this.browser = browser;

    public static async Task<Chromium> LaunchAsync()
    {
        var program = Requires.Chromium();
        lock (Launching)
            launched ??= StartAsync(program);
        return new Chromium((await launched).Browser);
    }

    /// <summary>Ends the one browser.</summary>
    public static async Task EndAsync()
    {
        if (launched is null)
            return;
        var (playwright, browser) = await launched;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    /// <summary>A page of a fresh visitor.</summary>
    /// <param name="script">False: as a reader has it who allows no script.</param>
    /// <param name="width">In CSS pixels: 390 is a phone.</param>
    /// <param name="dark">As the reader's system prefers.</param>
    public async Task<IPage> VisitorAsync(bool script = false, int width = 1280, bool dark = false)
    {
        var visitor = await browser.NewContextAsync(new()
        {
            JavaScriptEnabled = script,
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        visitors.Add(visitor);
        visitor.SetDefaultTimeout(30_000); // other tests run beside it
        return await visitor.NewPageAsync();
    }

    /// <summary>The visitors leave.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync();
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> StartAsync(string program)
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", // it would look for its maker's hosts
                "--in-process-gpu", "--disable-site-isolation-trials", // a process less a page: all pages are ours
            ],
        }));
    }
}
