using Dispatch.Api.Pages.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site;

/// <summary>The page of one newsletter.</summary>
public sealed class NewsletterModel(SiteView site, FrontPages fronts) : PageModel
{
    public FrontPage Front { get; private set; } = null!; // set before the page is rendered

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Front = await fronts.OfAsync(newsletter, cancel);
        return Page();
    }
}
