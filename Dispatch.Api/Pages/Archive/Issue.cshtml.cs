using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Archive;

/// <summary>An issue as it was sent.</summary>
public sealed class IssueModel(SiteView site, PublishedIssues issues) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // these are set before the page is rendered
    public PublishedIssue Issue { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;

    /// <summary>Written by IssueMarkdown, which encodes what a correspondent wrote and refuses raw HTML.</summary>
    public string Body { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string slug, string issue, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter || await issues.FindAsync(newsletter, issue, cancel) is not var (found, html))
            return NotFound();
        (Newsletter, Issue, Body, Address) = (newsletter, found, html, IssueRenderer.UrlOf(site.Url, newsletter, found.Slug));
        return Page();
    }
}
