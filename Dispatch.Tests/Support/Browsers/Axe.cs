using System.Text.Json;
using Microsoft.Playwright;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>Runs axe-core, which checks a page's accessibility.</summary>
internal sealed class Axe
{
    // Reports only violations, because describing the passed rules would take most of the time.
    private const string Run = """
        async colorsAlone => {
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
          const colors = axe.getRules(['cat.color']).filter(rule => rule.tags.some(tag => tags.includes(tag))).map(rule => rule.ruleId);
          const runOnly = colorsAlone ? { type: 'rule', values: colors } : tags;
          const found = await axe.run(document, { iframes: false, runOnly, resultTypes: ['violations'] });
          return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${rule.help}`));
        }
        """;

    // Returns the position and look of each element, without colors. Positions are rounded, because they are not exact on a scrolled page.
    private const string Looks = """
        () => [...document.querySelectorAll('body, body *')].map(element => {
          const near = length => Math.round((length + 0.0037) * 10); // off the grid of 1/64 that lengths lie on
          const { x, y, width, height } = element.getBoundingClientRect();
          const { display, visibility, opacity, font, textDecorationLine, borderWidth, outlineStyle } = getComputedStyle(element);
          const place = element.getClientRects().length ? [near(x + scrollX), near(y + scrollY), near(width), near(height)] : 'nowhere';
          return [element.tagName, place, display, visibility, opacity, font,
            textDecorationLine, borderWidth, outlineStyle];
        }).join('\n')
        """;

    // Playwright sets no limit on running a script.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IPage page;

    private Axe(IPage page) => this.page = page;

    /// <summary>Adds axe to every page opened from now on, as an init script, which Chromium compiles only once.</summary>
    public static async Task<Axe> WithAsync(IPage page)
    {
        await page.AddInitScriptAsync(await File.ReadAllTextAsync(Requires.AxeCore()));
        return new Axe(page);
    }

    /// <summary>
    /// Returns the violations in the light and the dark scheme, one per line. Any difference other than colors is a violation too.
    /// </summary>
    public Task<IReadOnlyList<string>> FindInBothSchemesAsync() => InBothSchemesAsync().WaitAsync(Patience);

    /// <summary>Returns the violations on the page as it is now, one per line.</summary>
    /// <param name="colorsAlone">Whether to run only the rules about colors.</param>
    public Task<IReadOnlyList<string>> FindAsync(bool colorsAlone = false) => RunAsync(colorsAlone).WaitAsync(Patience);

    private async Task<IReadOnlyList<string>> InBothSchemesAsync()
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await RunAsync(colorsAlone: false);
        var looks = await page.EvaluateAsync<string>(Looks);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await RunAsync(colorsAlone: true);
        var looksDark = await page.EvaluateAsync<string>(Looks);
        var difference = looks.Split('\n').Zip(looksDark.Split('\n')).FirstOrDefault(two => two.First != two.Second);
        if (difference != default)
            dark = [.. dark, $"differs from light in more than colors: {difference.First} is {difference.Second}"];
        return [.. light.Select(violation => $"light: {violation}"), .. dark.Select(violation => $"dark: {violation}")];
    }

    private async Task<IReadOnlyList<string>> RunAsync(bool colorsAlone)
    {
        var found = await page.EvaluateAsync<JsonElement>(Run, colorsAlone);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
