using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Failures;
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
                ("No access", "Your account doesn’t have permission for this. Ask your administrator."),
            StatusCodes.Status404NotFound => ("Page not found", "It may have been deleted, or the address is incomplete."),
            StatusCodes.Status410Gone => ("This link has expired", "Ask your administrator for a new one."),
            StatusCodes.Status413PayloadTooLarge =>
                ("That’s too large", "Go back, and add fewer or smaller pictures. What you typed is still there."),
            StatusCodes.Status421MisdirectedRequest => ("This page needs https",
                "Open it at the site’s public address. If you did, there is a proxy in front of this site that it "
                + "doesn’t know: your administrator has to name it in Site:Proxies and have it send X-Forwarded-Proto."),
            StatusCodes.Status422UnprocessableEntity => ("Something in it can’t be saved",
                "A field contains a character that no text can contain, usually from something pasted. Go back and remove it."),
            StatusCodes.Status503ServiceUnavailable => ("We can’t save anything right now",
                "The database is unreachable or full. Go back and try again in a minute; what you typed is still there."),
            >= 400 and < 500 => ("We couldn’t read that", "Go back, reload the page and try again."),
            _ => ("Something went wrong", "This is our fault; it has been logged. Go back: what you typed is still there."),
        };
    }
}
