using Dispatch.Api.Subscribers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// Receives a file from a desk form. It is processed as it arrives: a page's form would store it on disk as plain text, and leave it there
/// if the process were killed.
/// </summary>
internal sealed class CheckedUpload(
    IAntiforgery antiforgery, IOptions<AntiforgeryOptions> forgery, ITempDataDictionaryFactory temp, IHttpContextAccessor http)
{
    /// <summary>Opens the form.</summary>
    /// <returns>The file with its content, or why it is refused.</returns>
    public async Task<(UploadedFile? File, string? Refusal)> OpenAsync(CancellationToken cancel)
    {
        var request = http.HttpContext!.Request;
        var upload = await UploadedFile.OpenAsync(request, cancel);
        // The antiforgery token is in the form, which ASP.NET would have to read completely. The header serves as well.
        request.Headers[forgery.Value.HeaderName!] = upload?.Token;
        if (upload is null || !await antiforgery.IsRequestValidAsync(request.HttpContext))
            return (null, "The form couldn’t be checked. Open the page again, and send the file once more.");
        return upload.Content is null || upload.FileName.Length == 0 ? (null, "Choose a file.") : (upload, null);
    }

    /// <summary>Redirects the visitor to a page, which says why.</summary>
    public IResult Refused(string why, string page)
    {
        var told = temp.GetTempData(http.HttpContext!);
        told["Refused"] = why;
        told.Save();
        return Results.Redirect(page);
    }
}
