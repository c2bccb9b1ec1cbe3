using System.Text.Json;
using Microsoft.Playwright;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>axe-core, run in the page that Chromium shows.</summary>
internal sealed class Axe
{
    // WCAG 2.2 A and AA, and what axe's authors hold for good practice. A frame's page is judged when it is opened by itself.
    // What passes is not described: that would be most of the work.
    private const string Run = """
        async coloursAlone => {
          const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
          const colours = axe.getRules(['cat.color']).filter(rule => rule.tags.some(tag => tags.includes(tag))).map(rule => rule.ruleId);
          const runOnly = coloursAlone ? { type: 'rule', values: colours } : tags;
          const found = await axe.run(document, { iframes: false, runOnly, resultTypes: ['violations'] });
          return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${rule.help}`));
        }
        """;

    // Where everything stands, to a tenth of a pixel (a scrolled page's sums are not exact), and how it looks but for its colours.
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

    private readonly IPage page;

    private Axe(IPage page) => this.page = page;

    /// <summary>
    /// Has it come along with whatever the page opens from now on: Chromium then compiles it once, and not for each document as a script
    /// that is sent after it.
    /// </summary>
    public static async Task<Axe> WithAsync(IPage page)
    {
        await page.AddInitScriptAsync(await File.ReadAllTextAsync(Requires.AxeCore()));
        return new Axe(page);
    }

    /// <summary>
    /// What it finds in the light scheme and in the dark one, a line each. The dark one is held to differ in colours alone: what does not
    /// judge colours judges it as it does the light one, and is asked once.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindInBothSchemesAsync()
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var light = await FindAsync();
        var looks = await page.EvaluateAsync<string>(Looks);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await FindAsync(coloursAlone: true);
        var looksDark = await page.EvaluateAsync<string>(Looks);
        var difference = looks.Split('\n').Zip(looksDark.Split('\n')).FirstOrDefault(two => two.First != two.Second);
        if (difference != default)
            dark = [.. dark, $"differs from light in more than colours: {difference.First} is {difference.Second}"];
        return [.. light.Select(violation => $"light: {violation}"), .. dark.Select(violation => $"dark: {violation}")];
    }

    /// <summary>What it finds, a line each, on the page as it is shown now.</summary>
    /// <param name="coloursAlone">True: asks those rules only that judge colours.</param>
    public async Task<IReadOnlyList<string>> FindAsync(bool coloursAlone = false)
    {
        var found = await page.EvaluateAsync<JsonElement>(Run, coloursAlone);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
