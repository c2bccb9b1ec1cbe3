using System.Globalization;
using Dispatch.Api.Http;
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
public sealed class NewIssueModel(SiteView site, IssueDesk desk, SavedIssues issues, OncePerForm once) : PageModel
{
    private const string Issues = "/desk/issues/";

    [BindProperty]
    public IssueForm Typed { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public string? Newsletter { get; set; }

    /// <summary>The slot for which the issue is written, by its instant. It is the first choice when the issue is scheduled.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Slot { get; set; }

    /// <summary>The form's key. Whoever saves, goes back in the browser, writes on and saves again means the same draft.</summary>
    [BindProperty]
    public Guid Draft { get; set; } = Guid.NewGuid();

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
            Draft = Guid.TryParse(Kept[nameof(Draft)], out var draft) ? draft : Draft;
            var kept = Page();
            kept.StatusCode = Kept.Why is KeptWhy.OldPage ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
            return kept;
        }
        return Newsletter is null || await site.FindAsync(Newsletter) is not null ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        switch (await once.BeginAsync(User.Actor().Name, Draft, cancel))
        {
            case FormRequest.First first:
                return await CreateAsync(first, cancel);
            case FormRequest.UnderWay:
                return await AgainAsync(nameof(Newsletter), "This draft is being saved right now. Save again in a moment.");
            case FormRequest.Again(var page) when await IsThereAsync(page, cancel):
                return RedirectPreserveMethod(page); // saves the text there, based on the draft's first revision
            default:
                return await CreateAsync(cancel); // the draft has been deleted; the new one is not remembered
        }
    }

    private async Task<IActionResult> CreateAsync(FormRequest.First first, CancellationToken cancel)
    {
        string? page = null;
        try
        {
            var answer = await CreateAsync(cancel);
            page = (answer as RedirectResult)?.Url.Split('?')[0];
            return answer;
        }
        finally
        {
            await once.EndAsync(first, page);
        }
    }

    private async Task<IActionResult> CreateAsync(CancellationToken cancel)
    {
        switch (await desk.CreateAsync(Newsletter ?? "", Typed.Text, User.Actor(), cancel))
        {
            case IssueOutcome.Done { Issue.Id: var id }:
                TempData["Done"] = "Saved as a draft.";
                if (Typed.Text.Dropped().Count > 0)
                    TempData["Dropped"] = StorableTexts.Dropped;
                return Redirect($"{Issues}{id}{(Slot is null ? "" : $"?slot={Uri.EscapeDataString(Slot)}")}");
            case IssueOutcome.Invalid invalid:
                foreach (var fault in invalid.Faults)
                    ModelState.AddModelError(fault.Field, fault.Message);
                return await AgainAsync();
            default:
                return await AgainAsync(nameof(Newsletter), "Choose a newsletter.");
        }
    }

    private Task<bool> IsThereAsync(string page, CancellationToken cancel) =>
        issues.ExistsAsync(int.Parse(page[Issues.Length..], CultureInfo.InvariantCulture), cancel);

    private async Task<IActionResult> AgainAsync(string field = "", string fault = "")
    {
        if (fault.Length > 0)
            ModelState.AddModelError(field, fault);
        Newsletters = await site.NewslettersAsync();
        var page = Page();
        page.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return page;
    }
}
