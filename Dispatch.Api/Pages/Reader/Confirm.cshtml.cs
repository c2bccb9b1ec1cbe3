using Dispatch.Api.Http;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Reader;

/// <summary>Behind the link of a confirmation mail. Programs that look at mails follow links: only the button confirms.</summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class ConfirmModel(Confirming confirming) : PageModel
{
    public ConfirmationStanding Standing { get; private set; }
    public IReadOnlyList<Newsletter> Newsletters { get; private set; } = [];

    public async Task OnGetAsync(string token, CancellationToken cancel) => Show(await confirming.LookAsync(token, cancel));

    public async Task OnPostAsync(string token, CancellationToken cancel) => Show(await confirming.ConfirmAsync(token, cancel));

    private void Show(ConfirmationLook look)
    {
        (Standing, Newsletters) = (look.Standing, look.Newsletters);
        Response.StatusCode = look.Standing switch
        {
            ConfirmationStanding.Unknown => StatusCodes.Status404NotFound,
            ConfirmationStanding.Expired => StatusCodes.Status410Gone,
            _ => StatusCodes.Status200OK,
        };
    }
}
