using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Subscribers.Choices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Reader;

/// <summary>
/// The page of a reader's subscriptions, with a button to end each. Readers forward messages with their links, so this page does not say
/// who the reader is. It can mail the reader a one-time link to the page with the reader's data (<see cref="OneTimePreferencesModel"/>).
/// </summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class PreferencesModel(Preferences preferences, OneTimeLinks links, ReaderTexts texts) : PageModel
{
    public IReadOnlyList<PreferredNewsletter> Newsletters { get; private set; } = [];

    /// <summary>Whether the one-time link has been requested.</summary>
    public bool Asked { get; private set; }

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel)
    {
        if (await preferences.LookAsync(token, cancel) is not { } look)
            return NotFound();
        Newsletters = look.Newsletters;
        texts.Prefer(look.Language);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        if (await preferences.LookAsync(token, cancel) is not { } look || !await links.AskAsync(token, cancel))
            return NotFound();
        Asked = true;
        texts.Prefer(look.Language);
        return Page();
    }
}
