using System.Globalization;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Issues.Editing;

/// <summary>The page of an issue: text, pictures, schedule, test messages and progress.</summary>
[FindsItsOwnFaults, TakesPictures, RequestSizeLimit(TakesPicturesAttribute.MostBytes),
    RequestFormLimits(MultipartBodyLengthLimit = TakesPicturesAttribute.MostBytes)]
public sealed class IssueModel(IssueSheets sheets, IssueEditing editing, IssueDesk desk, Corrections corrections, SendingDesk sending,
    TestMail tests) : PageModel
{
    private bool approvalEnded;

    [BindProperty]
    public IssueForm Typed { get; set; } = new();

    [BindProperty]
    public List<IFormFile>? Pictures { get; set; }

    /// <summary>Whether added pictures replace those with the same names.</summary>
    [BindProperty]
    public bool Replace { get; set; }

    /// <summary>The chosen slot, by its instant or as "next". On a GET, the slot for which the issue is written.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Slot { get; set; }

    /// <summary>A local time in the newsletter's time zone.</summary>
    [BindProperty]
    public string? At { get; set; }

    /// <summary>The addresses to which a test message is sent.</summary>
    [BindProperty]
    public string? To { get; set; }

    /// <summary>The text of a correction that was not published.</summary>
    public string? Correction { get; private set; }

    public IssueSheet Sheet { get; private set; } = null!; // set before the page is rendered

    /// <summary>Whether the request's text was saved, even if the rest of the request was not carried out.</summary>
    public bool TextIsSaved { get; private set; }

    /// <summary>Why the request was not carried out.</summary>
    public string? Refused { get; private set; }

    /// <summary>
    /// The issue as another person saved it in the meantime. The author decides what to do with the unsaved text in <see cref="Typed"/>.
    /// </summary>
    public Issue? Theirs { get; private set; }

    public IReadOnlyList<TestMailAnswer> Answers { get; private set; } = [];

    /// <summary>The text for the editor: unsaved text if there is any, otherwise the saved text.</summary>
    public IssueForm Text => Typed.Revision is null ? IssueForm.Of(Sheet.Issue) : Typed;

    /// <summary>The form that could not be accepted. <see cref="Typed"/> has its unsaved text.</summary>
    public KeptForm? Kept { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancel)
    {
        if ((Kept = HttpContext.Kept()) is null || await sheets.FindAsync(id, cancel) is not { Issue: var issue })
            return await ShowAsync(id, StatusCodes.Status200OK, cancel);
        (Typed, Slot, At, To) = (IssueForm.Of(field => Kept[field]), Kept[nameof(Slot)], Kept[nameof(At)], Kept[nameof(To)]);
        Correction = Kept[nameof(Correction)];
        if (Typed.Revision is { } seen && seen != issue.Revision && Typed.Text.Tidied() != issue.Text)
            (Theirs, Typed.Revision) = (issue, issue.Revision);
        return await ShowAsync(id, Kept.Why is KeptWhy.OldPage ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK, cancel);
    }

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancel) => await SaveAsync(id, cancel) ?? Back(id, "Saved.");
    public Task<IActionResult> OnPostApproveAsync(int id, CancellationToken cancel) =>
        DecideAsync(id, actor => desk.ApproveAsync(id, actor, cancel), "Approved.", cancel);
    public Task<IActionResult> OnPostUnapproveAsync(int id, CancellationToken cancel) =>
        DecideAsync(id, actor => desk.UnapproveAsync(id, actor, cancel), "Approval withdrawn.", cancel);

    public async Task<IActionResult> OnPostSendAsync(int id, CancellationToken cancel)
    {
        var rest = await sheets.RestAsync(id, cancel);
        return await DecideAsync(id, actor => sending.SendNowAsync(id, actor, cancel), rest is { } left
            ? $"Sending to {DeskTime.MoreReaders(left)}." : "It goes out when the time to undo is up.", cancel);
    }

    public Task<IActionResult> OnPostUnscheduleAsync(int id, CancellationToken cancel) => DecideAsync(id, actor =>
        sending.UnscheduleAsync(id, actor, cancel), "Unscheduled; back to draft. Nobody was emailed.", cancel);
    public Task<IActionResult> OnPostPauseAsync(int id, CancellationToken cancel) => DecideAsync(id, actor =>
        sending.PauseAsync(id, actor, cancel), "Paused. Emails being sent are finished; no others go out until you resume.", cancel);
    public Task<IActionResult> OnPostResumeAsync(int id, CancellationToken cancel) =>
        DecideAsync(id, actor => sending.ResumeAsync(id, actor, cancel), "Resumed.", cancel);
    public Task<IActionResult> OnPostCancelAsync(int id, CancellationToken cancel) =>
        DecideAsync(id, actor => sending.CancelAsync(id, actor, cancel), "Cancelled. No further emails are sent.", cancel);

    public Task<IActionResult> OnPostScheduleAsync(int id, CancellationToken cancel) => DecideAsync(id, async actor => Slot switch
    {
        { } text when SlotChoice.TryParse(text, out var choice) => await sending.ScheduleAsync(id, choice, actor, cancel),
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) =>
            await sending.ScheduleAsync(id, at, actor, cancel),
        _ => new IssueOutcome.Invalid([new FieldFault(nameof(Slot), "Choose a slot.")]),
    }, "Scheduled.", cancel);

    public Task<IActionResult> OnPostAtAsync(int id, CancellationToken cancel) => DecideAsync(id, async actor =>
    {
        if (!DateTime.TryParse(At, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wallTime)
            || await sheets.FindAsync(id, cancel) is not { } sheet)
            return new IssueOutcome.Invalid([new FieldFault(nameof(At), "Enter a date and time, such as 2026-12-02 09:00.")]);
        return sheet.Newsletter.InstantOf(DateTime.SpecifyKind(wallTime, DateTimeKind.Unspecified)) is { } at
            ? await sending.ScheduleAtAsync(id, at, actor, cancel)
            : new IssueOutcome.Invalid(
                [new FieldFault(nameof(At), "The clocks go forward then, so this time doesn’t exist on that day. Choose another.")]);
    }, "Scheduled.", cancel);

    /// <summary>Inserts a picture at the end of the text, with the description from the form. For browsers without script.</summary>
    public async Task<IActionResult> OnPostInsertAsync(int id, int photo, CancellationToken cancel)
    {
        if (await SaveAsync(id, cancel) is { } faulty)
            return faulty;
        var (outcome, fault) = await editing.InsertAsync(id, photo, Request.Form, User.Actor(), cancel);
        if (fault is not null)
        {
            ModelState.AddModelError($"Alt-{photo}", fault);
            return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
        }
        return await AnswerAsync(id, outcome, cancel) ?? Back(id, "Picture added at the end of the text.");
    }

    public async Task<IActionResult> OnPostRemoveAsync(int id, int photo, CancellationToken cancel)
    {
        if (await SaveAsync(id, cancel) is { } faulty)
            return faulty;
        return await editing.RemoveAsync(id, photo, User.Actor(), cancel) switch
        {
            PhotoRemoved.Done { StillNamed: true } => Back(id, "Picture deleted. The text still refers to it: remove it there too."),
            PhotoRemoved.Locked locked => await RefuseAsync(id, locked.Why, cancel),
            _ => Back(id, "Picture deleted."),
        };
    }

    public async Task<IActionResult> OnPostCorrectAsync(int id, string? correction, CancellationToken cancel)
    {
        Correction = correction;
        switch (await corrections.AddAsync(id, correction, User.Actor(), cancel))
        {
            case CorrectionOutcome.Done:
                return Back(id, "Correction published.");
            case CorrectionOutcome.Invalid(var fault):
                ModelState.AddModelError("Correction", fault.Message);
                return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
            case CorrectionOutcome.Refused refused:
                return await RefuseAsync(id, refused.Why, cancel);
            default:
                return NotFound();
        }
    }

    public async Task<IActionResult> OnPostUncorrectAsync(int id, int correction, CancellationToken cancel) =>
        await corrections.RemoveAsync(id, correction, User.Actor(), cancel) ? Back(id, "Correction removed.") : NotFound();

    public async Task<IActionResult> OnPostDeleteAsync(int id, CancellationToken cancel)
    {
        if (await desk.DeleteAsync(id, User.Actor(), cancel) is not IssueOutcome.Done)
            return await RefuseAsync(id, "Only a draft can be deleted.", cancel);
        TempData["Done"] = "Draft deleted.";
        return Redirect("/desk");
    }

    public async Task<IActionResult> OnPostTestAsync(int id, CancellationToken cancel)
    {
        if (await SaveAsync(id, cancel) is { } faulty)
            return faulty;
        var addresses = new List<EmailAddress>();
        foreach (var word in (To ?? "").Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
            if (EmailAddress.TryParse(word, out var address, out var fault))
                addresses.Add(address);
            else
                ModelState.AddModelError(nameof(To), $"'{word}': {Texts.ForStaff[fault]}");
        if (!ModelState.IsValid)
            return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
        switch (await tests.SendAsync(id, [.. addresses.Distinct()], User.Actor(), cancel))
        {
            case TestMailOutcome.Done done:
                Answers = done.Answers;
                return await ShowAsync(id, StatusCodes.Status200OK, cancel);
            case TestMailOutcome.Refused refused:
                ModelState.AddModelError(nameof(To), refused.Why);
                return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
            case TestMailOutcome.Unsendable unsendable:
                return await RefuseAsync(id, new IssueOutcome.Unsendable(unsendable.Faults).Why, cancel);
            default:
                return NotFound();
        }
    }

    private async Task<IActionResult> DecideAsync(int id, Func<Actor, Task<IssueOutcome>> decide, string done, CancellationToken cancel) =>
        await SaveAsync(id, cancel) ?? await AnswerAsync(id, await decide(User.Actor()), cancel) ?? Back(id, done);

    // Returns null if the rest of the request can proceed.
    private async Task<IActionResult?> SaveAsync(int id, CancellationToken cancel)
    {
        var approved = await sheets.IsApprovedAsync(id, cancel);
        if (await editing.SaveAsync(id, Typed, User.Actor(), cancel) is { } outcome && await AnswerAsync(id, outcome, cancel) is { } faulty)
            return faulty;
        if (Typed.Revision is not null && Typed.Text.Dropped().Count > 0)
            TempData["Dropped"] = StorableTexts.Dropped;
        (TextIsSaved, Typed.Revision) = (Typed.Revision is not null, null); // the page then shows the saved text
        var (_, refused) = await editing.AddAsync(id, Pictures ?? [], Replace, User.Actor(), cancel);
        approvalEnded = approved && !await sheets.IsApprovedAsync(id, cancel);
        if (refused.Count == 0)
            return null;
        ModelState.AddModelError(nameof(Pictures), string.Join(" ", refused));
        return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
    }

    // Returns null if the request was carried out.
    private async Task<IActionResult?> AnswerAsync(int id, IssueOutcome outcome, CancellationToken cancel)
    {
        switch (outcome)
        {
            case IssueOutcome.Done:
                return null;
            case IssueOutcome.Stale stale:
                (Theirs, Typed.Revision) = (stale.Current, stale.Current.Revision);
                return await ShowAsync(id, StatusCodes.Status409Conflict, cancel);
            case IssueOutcome.Invalid invalid:
                foreach (var fault in invalid.Faults)
                    ModelState.AddModelError(fault.Field, fault.Message);
                return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
            case IssueOutcome.Unsendable unsendable:
                Refused = unsendable.Why;
                return await ShowAsync(id, StatusCodes.Status422UnprocessableEntity, cancel);
            case IssueOutcome.Refused refused:
                return await RefuseAsync(id, refused.Why, cancel);
            default:
                return NotFound();
        }
    }

    private Task<IActionResult> RefuseAsync(int id, string why, CancellationToken cancel)
    {
        Refused = why;
        return ShowAsync(id, StatusCodes.Status409Conflict, cancel);
    }

    private async Task<IActionResult> ShowAsync(int id, int status, CancellationToken cancel)
    {
        if (await sheets.FindAsync(id, cancel) is not { } sheet)
            return NotFound();
        Sheet = sheet;
        var page = Page();
        page.StatusCode = status;
        return page;
    }

    private RedirectResult Back(int id, string done)
    {
        // A scheduled issue goes out without an approval, too, so whoever changed it has to know.
        TempData["Done"] = approvalEnded ? $"{done} The approval was for the text before, and no longer counts." : done;
        return Redirect($"/desk/issues/{id}");
    }
}
