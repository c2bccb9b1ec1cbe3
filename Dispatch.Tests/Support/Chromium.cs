using Microsoft.Playwright;

namespace Dispatch.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright. For pages it needs an app with <see cref="DispatchTest.Served"/>.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Chromium> LaunchAsync()
    {
        var program = Requires.Chromium();
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", // it would look for its maker's hosts
            ],
        }));
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
        visitor.SetDefaultTimeout(15_000);
        return await visitor.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
