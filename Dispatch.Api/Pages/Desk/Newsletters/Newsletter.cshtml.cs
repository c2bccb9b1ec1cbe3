using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Newsletters;

/// <summary>A newsletter's name, sender and rhythm.</summary>
[FindsItsOwnFaults]
public sealed class NewsletterModel(SiteView site, NewsletterDesk desk, SlotJobs jobs, TimeProvider clock) : PageModel
{
    private const int SlotsShown = 6;

    [BindProperty]
    public NewsletterForm Typed { get; set; } = new();

    public Newsletter Newsletter { get; private set; } = null!; // these are set before the page is rendered

    /// <summary>The slots of the rule that stands in the form, in its zone; null when there is a fault in them.</summary>
    public IReadOnlyList<DateTimeOffset>? Slots { get; private set; }

    /// <summary>Rule and zone in the form are not the saved ones.</summary>
    public bool Tried { get; private set; }

    /// <summary>Somebody else saved since the form was opened.</summary>
    public bool Overtaken { get; private set; }

    /// <summary>What came back because it could not be taken.</summary>
    public KeptForm? Kept { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        Kept = HttpContext.Kept();
        Typed = Kept is null ? NewsletterForm.Of(newsletter) : NewsletterForm.Of(Kept);
        return Show(newsletter, Kept is { Why: KeptWhy.OldPage } ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }

    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancel)
    {
        switch (await desk.EditAsync(slug, Typed.ToSettings(), Typed.Seen ?? "", User.Actor(), cancel))
        {
            case NewsletterOutcome.Done done:
                if (done.NewRhythm)
                    await jobs.SyncAsync(cancel);
                TempData["Done"] = done.NewRhythm ? "Saved. Issues that have a slot keep it; further ones are offered by the new rule." : "Saved.";
                if (new[] { Typed.Name, Typed.Description, Typed.PostalAddress }.Any(UnseenCharacters.AreIn))
                    TempData["Dropped"] = StorableTexts.Dropped;
                return Redirect($"/desk/newsletters/{slug}");
            case NewsletterOutcome.Stale stale:
                foreach (var (field, saved) in Typed.OthersThan(NewsletterForm.Of(stale.Current)))
                    ModelState.AddModelError(field, saved.Length == 0 ? "Saved meanwhile: nothing." : $"Saved meanwhile: {saved}");
                Overtaken = true;
                Typed.Seen = NewsletterDesk.MarkOf(stale.Current); // who saves again has seen it
                return Show(stale.Current, StatusCodes.Status409Conflict);
            case NewsletterOutcome.Invalid invalid:
                foreach (var fault in invalid.Faults)
                    ModelState.AddModelError(fault.Field, fault.Message);
                return Show((await site.FindAsync(slug))!, StatusCodes.Status422UnprocessableEntity);
            default:
                return NotFound();
        }
    }

    /// <summary>Shows the slots of a rule without saving it.</summary>
    public async Task<IActionResult> OnPostTryAsync(string slug)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        string[] rhythm = [nameof(NewsletterSettings.Schedule), nameof(NewsletterSettings.TimeZone)];
        foreach (var (field, why) in Typed.ToSettings().Faults().Where(fault => rhythm.Contains(fault.Field)))
            ModelState.AddModelError(field, $"{field} {why}.");
        return Show(newsletter, ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
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

/// <summary>A newsletter as the desk's form sends it.</summary>
public sealed class NewsletterForm
{
    public string? Name { get; set; }
    public string? Description { get; set; }
    public string? From { get; set; }
    public string? ReplyTo { get; set; }
    public string? Schedule { get; set; }
    public string? TimeZone { get; set; }
    public string? Locale { get; set; }
    public string? PostalAddress { get; set; }

    /// <summary>The mark of what the form was filled with.</summary>
    public string? Seen { get; set; }

    /// <summary>What was typed when it could not be taken.</summary>
    internal static NewsletterForm Of(KeptForm kept) => new()
    {
        Name = kept[nameof(Name)],
        Description = kept[nameof(Description)],
        From = kept[nameof(From)],
        ReplyTo = kept[nameof(ReplyTo)],
        Schedule = kept[nameof(Schedule)],
        TimeZone = kept[nameof(TimeZone)],
        Locale = kept[nameof(Locale)],
        PostalAddress = kept[nameof(PostalAddress)],
        Seen = kept[nameof(Seen)],
    };

    public static NewsletterForm Of(Newsletter newsletter) => new()
    {
        Name = newsletter.Name,
        Description = newsletter.Description,
        From = newsletter.From,
        ReplyTo = newsletter.ReplyTo,
        Schedule = newsletter.Schedule,
        TimeZone = newsletter.TimeZone,
        Locale = newsletter.Locale,
        PostalAddress = newsletter.PostalAddress,
        Seen = NewsletterDesk.MarkOf(newsletter),
    };

    /// <summary>The fields that another form has otherwise, and what it has.</summary>
    public IEnumerable<(string Field, string Other)> OthersThan(NewsletterForm other) =>
        from field in new (string Name, string? Mine, string? Other)[]
        {
            (nameof(Name), Name, other.Name), (nameof(Description), Description, other.Description), (nameof(From), From, other.From), (nameof(ReplyTo), ReplyTo, other.ReplyTo),
            (nameof(Schedule), Schedule, other.Schedule), (nameof(TimeZone), TimeZone, other.TimeZone), (nameof(Locale), Locale, other.Locale), (nameof(PostalAddress), PostalAddress, other.PostalAddress),
        }
        where (field.Mine ?? "").ReplaceLineEndings("\n").Trim() != (field.Other ?? "")
        select (field.Name, field.Other ?? "");

    public NewsletterSettings ToSettings() => new()
    {
        Name = Name ?? "",
        Description = Description ?? "",
        From = From ?? "",
        ReplyTo = ReplyTo,
        Schedule = Schedule?.Trim() ?? "",
        TimeZone = TimeZone?.Trim() ?? "",
        Locale = Locale ?? "",
        PostalAddress = PostalAddress ?? "",
    };
}
