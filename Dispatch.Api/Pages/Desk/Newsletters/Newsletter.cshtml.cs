using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Newsletters;

/// <summary>The page of a newsletter's name, sender and schedule.</summary>
[FindsItsOwnFaults, TakesPictures, RequestSizeLimit(TakesPicturesAttribute.MostBytes),
    RequestFormLimits(MultipartBodyLengthLimit = TakesPicturesAttribute.MostBytes)]
public sealed class NewsletterModel(SiteView site, NewsletterDesk desk, Logos logos, SlotJobs jobs, TimeProvider clock) : PageModel
{
    private const int SlotsShown = 6;

    [BindProperty]
    public NewsletterForm Typed { get; set; } = new();

    [BindProperty]
    public IFormFile? Logo { get; set; }

    /// <summary>Whether the newsletter loses its logo.</summary>
    [BindProperty]
    public bool RemoveLogo { get; set; }

    /// <summary>Why the logo can't be used.</summary>
    public string? LogoFault { get; private set; }

    /// <summary>Whether the form has a name or a description in another language.</summary>
    public bool HasTranslations => Typed.Names.Count + Typed.Descriptions.Count > 0;

    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered

    /// <summary>The next slots by the schedule and time zone in the form, or null if either has a fault.</summary>
    public IReadOnlyList<DateTimeOffset>? Slots { get; private set; }

    /// <summary>Whether the schedule or the time zone in the form differs from the saved one.</summary>
    public bool Tried { get; private set; }

    /// <summary>Whether another person has saved since the form was opened.</summary>
    public bool Overtaken { get; private set; }

    /// <summary>The form that could not be accepted and is shown again.</summary>
    public KeptForm? Kept { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Kept = HttpContext.Kept();
        Typed = Kept is null ? NewsletterForm.Of(newsletter) : NewsletterForm.Of(field => Kept[field]);
        return Show(newsletter, Kept is { Why: KeptWhy.OldPage } ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }

    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancel)
    {
        switch (await desk.EditAsync(slug, Typed, Typed.Seen ?? "", User.Actor(), cancel))
        {
            case NewsletterOutcome.Done done:
                if (done.NewRhythm)
                    await jobs.SyncAsync(cancel);
                if ((LogoFault = await LogoFaultAsync(slug, cancel)) is not null)
                {
                    ModelState.AddModelError(nameof(Logo), LogoFault);
                    Typed = NewsletterForm.Of((await site.FindAgainAsync(slug))!); // all else is saved
                    return Show((await site.FindAsync(slug))!, StatusCodes.Status422UnprocessableEntity);
                }
                TempData["Done"] = done.NewRhythm
                    ? "Saved. Issues that have a slot keep it; new slots follow the new schedule." : "Saved.";
                if (NewsletterFields.All.Any(field => field.IsProse && UnseenCharacters.AreIn(field.Get(Typed))))
                    TempData["Dropped"] = StorableTexts.Dropped;
                return Redirect($"/desk/newsletters/{slug}");
            case NewsletterOutcome.Stale stale:
                foreach (var (field, saved) in Typed.OthersThan(stale.Current))
                    ModelState.AddModelError(field, saved.Length == 0 ? "Theirs: empty." : $"Theirs: {saved}");
                Overtaken = true;
                Typed.Seen = NewsletterDesk.MarkOf(stale.Current); // the page shows the saved values, so the next save may overwrite them
                return Show(stale.Current, StatusCodes.Status409Conflict);
            case NewsletterOutcome.Invalid invalid:
                foreach (var fault in invalid.Faults)
                    ModelState.AddModelError(fault.Field, fault.Message);
                return Show((await site.FindAsync(slug))!, StatusCodes.Status422UnprocessableEntity);
            default:
                return NotFound();
        }
    }

    /// <summary>Shows the slots of a schedule without saving it.</summary>
    public async Task<IActionResult> OnPostTryAsync(string slug)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        string[] rhythm = [nameof(NewsletterSettings.Schedule), nameof(NewsletterSettings.TimeZone)];
        foreach (var (field, why) in Typed.ToSettings().Faults().Where(fault => rhythm.Contains(fault.Field)))
            ModelState.AddModelError(field, $"{field} {why}.");
        return Show(newsletter, ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<string?> LogoFaultAsync(string slug, CancellationToken cancel)
    {
        if (Logo is { Length: > 0 } file)
        {
            await using var picture = file.OpenReadStream();
            return await logos.SetAsync(slug, picture, User.Actor(), cancel);
        }
        if (RemoveLogo)
            await logos.RemoveAsync(slug, User.Actor(), cancel);
        return null;
    }

    private PageResult Show(Newsletter newsletter, int status)
    {
        Newsletter = newsletter;
        var typed = Typed.ToSettings();
        Tried = (typed.Schedule, typed.TimeZone) != (newsletter.Schedule, newsletter.TimeZone);
        if (!typed.Faults().Any(fault => fault.Field is nameof(typed.Schedule) or nameof(typed.TimeZone)))
            Slots = [.. SlotRule.Parse(typed.Schedule, typed.TimeZone).Next(clock.GetUtcNow(), SlotsShown)];
        var page = Page();
        page.StatusCode = status;
        return page;
    }
}

/// <summary>A newsletter's settings, as sent by the desk's form.</summary>
[ModelBinder<FormBinder<NewsletterForm>>]
public sealed class NewsletterForm : NewsletterFields, IForm<NewsletterForm>
{
    /// <summary>Identifies the saved settings from which the form was filled.</summary>
    public string? Seen { get; set; }

    public static NewsletterForm Of(Func<string, string?> sent)
    {
        var form = new NewsletterForm { Seen = sent(nameof(Seen)) };
        form.Read(field => sent(field.Name));
        return form;
    }

    public static NewsletterForm Of(Newsletter newsletter)
    {
        var form = new NewsletterForm { Seen = NewsletterDesk.MarkOf(newsletter) };
        form.Take(newsletter);
        return form;
    }

    /// <summary>Returns the fields whose saved values differ from this form, with those values.</summary>
    public IEnumerable<(string Field, string Other)> OthersThan(Newsletter saved) =>
        from field in All
        let other = field.Get(saved) ?? ""
        where (field.Get(this) ?? "").ReplaceLineEndings("\n").Trim() != other
        select (field.Name, other);

    public NewsletterSettings ToSettings() => NewsletterSettings.Tidied(new NewsletterSettings().Slug, this);
}
