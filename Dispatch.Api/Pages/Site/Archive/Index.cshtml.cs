using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>The archive of a newsletter: every issue that has gone out, by year.</summary>
public sealed class IndexModel(SiteView site, PublishedIssues issues) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered
    public IReadOnlyList<IGrouping<int, PublishedIssue>> Years { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Newsletter = newsletter;
        Years = [.. (await issues.LatestAsync(newsletter, count: null, cancel)).GroupBy(issue => newsletter.At(issue.At).Year)];
        return Page();
    }
}
