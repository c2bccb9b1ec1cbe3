using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Desk.Issues.Editing;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>
/// An issue as a reader would see it, for the frame beside the editor. A GET shows the saved text, a POST unsaved text. The JSON form also
/// contains the text part, the faults and the names of the pictures it shows.
/// </summary>
[TakesPictures, RequestSizeLimit(TakesPicturesAttribute.MostBytes),
    RequestFormLimits(MultipartBodyLengthLimit = TakesPicturesAttribute.MostBytes)]
public sealed partial class PreviewModel(SavedIssues issues, IssuePreview preview, IssuePhotos photos, IOptions<SiteSettings> site)
    : PageModel
{
    [BindProperty]
    public IssueForm Typed { get; set; } = new();

    public Task<IActionResult> OnGetAsync(int id, string format, CancellationToken cancel) => ShowAsync(id, format, null, cancel);

    public Task<IActionResult> OnPostAsync(int id, string format, CancellationToken cancel) =>
        ShowAsync(id, format, Typed.Text.Tidied(), cancel);

    private async Task<IActionResult> ShowAsync(int id, string format, IssueText? typed, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return NotFound();
        var text = typed ?? issue.Text;
        var shown = await preview.ShowAsync(issue, text, cancel);
        var html = LineForInboxes().Replace(shown.Html, "", 1);
        if (format == "json")
            return new JsonResult(new
            {
                Html = html,
                shown.Text,
                Faults = shown.Faults.Select(fault =>
                new { Severity = fault.Severity.ToString().ToLowerInvariant(), fault.Line, fault.Message }),
                Pictures = (await photos.OfAsync(id, cancel)).Select(photo => photo.FileName).Where(text.Shows),
            });
        Response.Headers.ContentSecurityPolicy = StaffPages.PolicyForMail(site.Value);
        return Content(format == "txt" ? shown.Text : html, format == "txt" ? "text/plain" : "text/html", Encoding.UTF8);
    }

    // The hidden line that inboxes show beside the subject. In the frame, it would be found as a second copy of the issue's first words.
    [GeneratedRegex("""<div style="display:none;[^"]*">[^<]*</div>\n?""")]
    private static partial Regex LineForInboxes();
}
