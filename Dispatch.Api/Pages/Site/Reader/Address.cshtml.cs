using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Subscribers.Choices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Reader;

/// <summary>The page behind the link mailed to a reader's new address. Only its button changes the address.</summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class AddressModel(ChangingAddress changing, ReaderTexts texts) : PageModel
{
    public AddressChangeStatus Status { get; private set; }

    public async Task OnGetAsync(string token, CancellationToken cancel) =>
        Show(await changing.LookAsync(token, cancel), await changing.LanguageAsync(token, cancel));

    public async Task OnPostAsync(string token, CancellationToken cancel) =>
        Show(await changing.ChangeAsync(token, cancel), await changing.LanguageAsync(token, cancel));

    private void Show(AddressChangeStatus standing, string? language)
    {
        Status = standing;
        texts.Prefer(language);
        Response.StatusCode = standing switch
        {
            AddressChangeStatus.Gone => StatusCodes.Status410Gone,
            AddressChangeStatus.Taken => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status200OK,
        };
    }
}
