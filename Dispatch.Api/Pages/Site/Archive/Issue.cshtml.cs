using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>The archive page of an issue, with the text as it was sent.</summary>
public sealed class IssueModel(SiteView site, PublishedIssues issues, Corrections corrections, IssueAddresses addresses) : PageModel
{
    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered, as is the issue
    public PublishedIssue Issue { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;

    /// <summary>When the text was rendered, or last corrected.</summary>
    public DateTimeOffset ModifiedAt { get; private set; }

    /// <summary>How long it takes to read the issue, in minutes; at least one.</summary>
    public int Minutes { get; private set; }
    public PublishedIssue? Previous { get; private set; }
    public PublishedIssue? Next { get; private set; }

    /// <summary>The issue's picture for link previews on other sites.</summary>
    public LeadPicture? Picture { get; private set; }

    /// <summary>The issue's HTML from IssueMarkdown, which encodes the correspondent's text and refuses raw HTML.</summary>
    public string Body { get; private set; } = "";

    /// <summary>The corrections as HTML, or an empty text.</summary>
    public string Corrected { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string slug, string issue, string? key, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter
            || await issues.FindAsync(newsletter, issue, key, cancel) is not var (found, html, renderedAt))
            return NotFound();
        (Newsletter, Issue, Minutes) = (newsletter, found, IssueHtml.MinutesToRead(html));
        var notes = await corrections.OfAsync(found.Id, cancel);
        (Corrected, ModifiedAt) = (CorrectionHtml.Of(newsletter, notes), notes.Select(note => note.At).Append(renderedAt).Max());
        (Body, Address) = (html, addresses.Of(newsletter, found.Id, found.Slug, found.Archived));
        if (!found.Archived)
            return Page();
        Picture = await issues.LeadPictureAsync(found, cancel);
        (Previous, Next) = await issues.NeighborsAsync(newsletter, found, cancel);
        return Page();
    }
}
