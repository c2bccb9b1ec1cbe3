using Dispatch.Api.Http.Failures;
using Dispatch.Api.Pages.Shared;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site;

/// <summary>The error page for readers. It never repeats the requested URL, which may contain a token.</summary>
[IgnoreAntiforgeryToken]
public sealed class ErrorModel(SiteView site) : PageModel
{
    /// <summary>The status whose heading and advice are shown.</summary>
    public int Text { get; private set; }

    public void OnGet() => Show();

    public void OnPost() => Show();

    private void Show()
    {
        var fault = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = fault is not null ? FaultStatus.Of(fault)
            : HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalStatusCode ?? StatusCodes.Status404NotFound;
        if (status >= 500)
            site.DoWithoutDatabase(); // the database may be the cause of the error
        Response.StatusCode = status;
        Response.Headers.CacheControl = "no-store";
        Text = status switch
        {
            403 or 404 or 405 or 413 or 429 or 503 => status,
            >= 400 and < 500 => 400,
            _ => 500,
        };
    }
}
