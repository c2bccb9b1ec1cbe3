using Dispatch.Api.Http;
using Dispatch.Worker.Subscribers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Reader;

/// <summary>
/// Behind the unsubscribe link of each mail, for people and for mail programs (RFC 8058). Only a POST acts; it needs no cookie and
/// no sign-in, for the token in the address is what shows who asks.
/// </summary>
[IgnoreAntiforgeryToken, ReadsItsOwnForm, RequestSizeLimit(Forms.MaxBytes), ResponseCache(NoStore = true)]
public sealed class UnsubscribeModel(Unsubscribing unsubscribing) : PageModel
{
    public UnsubscribeLook Look { get; private set; } = new(null, Subscribed: false);

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancel) =>
        Show(await unsubscribing.LookAsync(token, cancel));

    public async Task<IActionResult> OnPostAsync(string token, CancellationToken cancel)
    {
        var (fields, refused) = await Request.ReadFieldsAsync(cancel);
        if (refused is { } status)
            return StatusCode(status);
        // RFC 8058 §3.1: the mail program sends this pair, and shows nobody a page. A browser's form sends nothing.
        var oneClick = fields["List-Unsubscribe"] == "One-Click";
        var look = await unsubscribing.UnsubscribeAsync(token, oneClick ? "one click" : "page", cancel);
        return oneClick && look is not null ? Content("You are unsubscribed.\n", "text/plain; charset=utf-8") : Show(look);
    }

    private IActionResult Show(UnsubscribeLook? look)
    {
        if (look is null)
            return NotFound();
        Look = look;
        return Page();
    }
}
