using Microsoft.Playwright;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>
/// Debian's Chromium, driven by Playwright and shared by all tests. A test must set <see cref="DispatchTest.Served"/> to open the app's
/// pages.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    // Generous, because other tests run at the same time. Playwright sets no limit on opening and closing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Lock Launching = new();
    private static Task<(IPlaywright Playwright, IBrowser Browser)>? launched;

    private readonly IBrowser browser;
    private readonly List<IBrowserContext> visitors = [];

    private Chromium(IBrowser browser) => this.browser = browser;

    public static async Task<Chromium> LaunchAsync()
    {
        var program = Requires.Chromium();
        lock (Launching)
            launched ??= StartAsync(program).WaitAsync(Patience);
        return new Chromium((await launched).Browser);
    }

    /// <summary>Closes the shared browser.</summary>
    public static async Task EndAsync()
    {
        if (launched is null)
            return;
        var (playwright, browser) = await launched;
        await browser.DisposeAsync().AsTask().WaitAsync(Patience);
        playwright.Dispose();
    }

    /// <summary>Opens a page for a new visitor.</summary>
    /// <param name="script">Whether scripts run.</param>
    /// <param name="width">The width in CSS pixels, such as 390 for a phone.</param>
    /// <param name="dark">Whether the visitor prefers a dark scheme.</param>
    public async Task<IPage> VisitorAsync(bool script = false, int width = 1280, bool dark = false)
    {
        var visitor = await browser.NewContextAsync(new()
        {
            JavaScriptEnabled = script,
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        }).WaitAsync(Patience);
        visitors.Add(visitor);
        visitor.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return await visitor.NewPageAsync().WaitAsync(Patience);
    }

    /// <summary>Closes the visitors' pages.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync().AsTask().WaitAsync(Patience);
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
                "--disable-background-networking", "--disable-component-update", "--disable-sync", // prevents calls to Google
                "--in-process-gpu", "--disable-site-isolation-trials", // fewer processes, safe because all pages are ours
            ],
        }));
    }
}
