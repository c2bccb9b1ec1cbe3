using Dispatch.Api.Subscribers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// Takes a file from a form of the desk. It is read as it comes, because a page's form would leave it on the disk, in plain text, if the
/// process were killed.
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
        // The token is in the form, which ASP.NET would have to read whole. It is as good in the header.
        request.Headers[forgery.Value.HeaderName!] = upload?.Token;
        if (upload is null || !await antiforgery.IsRequestValidAsync(request.HttpContext))
            return (null, "The form couldn’t be checked. Open the page again, and send the file once more.");
        return upload.Content is null || upload.FileName.Length == 0 ? (null, "Choose a file.") : (upload, null);
    }

    /// <summary>Sends the visitor back to a page, which says why.</summary>
    public IResult Refused(string why, string page)
    {
        var told = temp.GetTempData(http.HttpContext!);
        told["Refused"] = why;
        told.Save();
        return Results.Redirect(page);
    }
}
