using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Issues.Editing;

/// <summary>The page on which an issue is begun. Once saved, the issue has its own page with pictures, preview and slots.</summary>
[FindsItsOwnFaults]
public sealed class NewIssueModel(SiteView site, IssueDesk desk) : PageModel
{
    [BindProperty]
    public IssueForm Typed { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? Newsletter { get; set; }

    /// <summary>The slot for which the issue is written, by its instant. It is the first choice when the issue is scheduled.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Slot { get; set; }

    public IReadOnlyList<Newsletter> Newsletters { get; private set; } = [];

    /// <summary>The form that could not be accepted and is shown again.</summary>
    public KeptForm? Kept { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        Newsletters = await site.NewslettersAsync();
        if ((Kept = HttpContext.Kept()) is not null)
        {
            (Typed, Newsletter) = (IssueForm.Of(field => Kept[field]), Kept[nameof(Newsletter)]);
            Slot = Kept[nameof(Slot)] is { Length: > 0 } slot ? slot : null;
            var kept = Page();
            kept.StatusCode = Kept.Why is KeptWhy.OldPage ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
            return kept;
        }
        return Newsletter is null || await site.FindAsync(Newsletter) is not null ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        switch (await desk.CreateAsync(Newsletter ?? "", Typed.Text, User.Actor(), cancel))
        {
            case IssueOutcome.Done { Issue.Id: var id }:
                TempData["Done"] = "Saved as a draft.";
                if (Typed.Text.Dropped().Count > 0)
                    TempData["Dropped"] = StorableTexts.Dropped;
                return Redirect($"/desk/issues/{id}{(Slot is null ? "" : $"?slot={Uri.EscapeDataString(Slot)}")}");
            case IssueOutcome.Invalid invalid:
                foreach (var fault in invalid.Faults)
                    ModelState.AddModelError(fault.Field, fault.Message);
                break;
            default:
                ModelState.AddModelError(nameof(Newsletter), "Choose a newsletter.");
                break;
        }
        Newsletters = await site.NewslettersAsync();
        var page = Page();
        page.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return page;
    }
}
