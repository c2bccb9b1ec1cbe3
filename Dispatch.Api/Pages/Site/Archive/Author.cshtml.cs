using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>The page of an author: the issues whose bylines have the author's name.</summary>
public sealed class AuthorModel(SiteView site, PublishedIssues issues) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered, as are author and issues
    public Author Author { get; private set; } = null!;
    public IReadOnlyList<PublishedIssue> Issues { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string slug, string author, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter
            || await issues.OfAuthorAsync(newsletter, author, cancel) is not var (found, written))
            return NotFound();
        (Newsletter, Author, Issues) = (newsletter, found, written);
        return Page();
    }
}
