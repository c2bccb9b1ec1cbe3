using Dispatch.Worker.Subscribers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Reader;

/// <summary>What a reader gets, and a button to end each. Mails are forwarded with their links, so the page does not say who the reader is.</summary>
[IgnoreAntiforgeryToken, ResponseCache(NoStore = true)]
public sealed class PreferencesModel(Preferences preferences) : PageModel
{
    public IReadOnlyList<PreferredNewsletter> Newsletters { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel)
    {
        if (await preferences.LookAsync(token, cancel) is not { } newsletters)
            return NotFound();
        Newsletters = newsletters;
        return Page();
    }

    // Without a handler the page would be shown as if nothing were subscribed.
    public IActionResult OnPost() => StatusCode(StatusCodes.Status405MethodNotAllowed);
}
