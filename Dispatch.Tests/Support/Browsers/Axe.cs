using System.Text.Json;
using Microsoft.Playwright;

namespace Dispatch.Tests.Support.Browsers;

/// <summary>axe-core, run in the page that Chromium shows.</summary>
internal sealed class Axe
{
    // WCAG 2.2 A and AA, and what axe's authors hold for good practice. A frame's page is judged when it is opened by itself.
    private const string Run = """
        async () => {
          const found = await axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
          return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${rule.help}`));
        }
        """;

    private readonly string script = File.ReadAllText(Requires.AxeCore());

    /// <summary>What it finds, a line each.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(script); // by the debugger, which the page's policy does not bind
        var found = await page.EvaluateAsync<JsonElement>(Run);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
