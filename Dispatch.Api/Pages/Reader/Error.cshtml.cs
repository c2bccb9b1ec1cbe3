using Dispatch.Api.Http;
using Dispatch.Api.Pages.Shared;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Reader;

/// <summary>The page in place of one that can't be shown. It never says what was asked for: that may hold a token.</summary>
[IgnoreAntiforgeryToken]
public sealed class ErrorModel(SiteView site) : PageModel
{
    public string Heading { get; private set; } = "";
    public string Advice { get; private set; } = "";

    public void OnGet() => Show();

    public void OnPost() => Show();

    private void Show()
    {
        var fault = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = fault is not null ? StorageFaults.StatusOf(fault) : HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalStatusCode ?? StatusCodes.Status404NotFound;
        if (status >= 500)
            site.DoWithoutDatabase(); // it may be what failed
        Response.StatusCode = status;
        Response.Headers.CacheControl = "no-store";
        (Heading, Advice) = status switch
        {
            403 => ("Not for this account", "The account you are signed in with may not see this page."),
            404 => ("There is no such page", "The address may be mistyped or cut off, or what it led to has been taken away. If it came in a mail, try copying the whole link."),
            405 => ("That can't be done here", "This address does not take what your browser sent to it."),
            413 => ("That is too much", "What was sent is larger than this form takes. Nothing of it was kept. Please go back, and send less."),
            429 => ("Too many sign-ups from your network", "Please try again in an hour. This protects other people's inboxes."),
            503 => ("We can't store anything just now", "Nothing of what you sent was kept, so nothing is half done. Please go back, where your browser still has it, and send it again in a few minutes."),
            >= 400 and < 500 => ("That could not be read", "What your browser sent could not be read. Please go back and try again."),
            _ => ("Something went wrong here", "It is our fault, not yours, and it has been written down for whoever runs this site. Please try again in a few minutes."),
        };
    }
}
