using Dispatch.Api.Http;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.SignUp;

/// <summary>A newsletter's sign-up form on its own, for a frame on another site.</summary>
public sealed class FormModel(SiteView site) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        HttpContext.OpenForFrames();
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Newsletter = newsletter;
        return Page();
    }
}
