using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk;

/// <summary>The error page for staff, with advice and a link back to work.</summary>
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    public string Heading { get; private set; } = "";
    public string Advice { get; private set; } = "";

    public (string Path, string Name) Back => Policies.HomeOf(User.IsInRole);

    public void OnGet() => Show();

    public void OnPost() => Show();

    private void Show()
    {
        var fault = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = fault is not null ? FaultStatus.Of(fault)
            : HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalStatusCode ?? StatusCodes.Status404NotFound;
        Response.StatusCode = status;
        (Heading, Advice) = status switch
        {
            StatusCodes.Status403Forbidden =>
                ("Not with this account", "Your account may not do this. Whoever runs this site can change that."),
            StatusCodes.Status404NotFound => ("There is no such page", "It may have been deleted, or the address is not complete."),
            StatusCodes.Status410Gone => ("This link has expired", "Ask whoever runs this site for a new one."),
            StatusCodes.Status413PayloadTooLarge =>
                ("That is too much at once", "Go back, and add fewer or smaller pictures. What you typed is still there."),
            StatusCodes.Status421MisdirectedRequest => ("This page needs https",
                "Open it by the site’s public address. If you did, there is a proxy in front of this site that it "
                + "doesn’t know: whoever runs it names the proxy’s address in Site:Proxies, and has the proxy send X-Forwarded-Proto."),
            StatusCodes.Status422UnprocessableEntity => ("Something in it can’t be stored",
                "A field holds a character that no text can hold, mostly from something pasted. Go back and take it out."),
            StatusCodes.Status503ServiceUnavailable => ("Not just now",
                "The database can’t be reached or has no room. Go back and try again in a minute: what you typed is still there."),
            >= 400 and < 500 => ("That could not be read", "Go back, load the page again and send it once more."),
            _ => ("Something went wrong", "This is our fault, and it has been logged. Go back: what you typed is still there."),
        };
    }
}
