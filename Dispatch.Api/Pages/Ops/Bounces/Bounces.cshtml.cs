using System.Globalization;
using Dispatch.Api.Http.Access;
using Dispatch.Templates.Text;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Ops.Bounces;

/// <summary>
/// The page on what came back: counts by provider, code and issue, each verdict with the rule that decided it, and what follows can be
/// undone. Only ops can undo it.
/// </summary>
public sealed class BouncesModel(BounceOverview overview, Undoing undoing, SendingDesk sending) : PageModel
{
    /// <summary>Only bounces of this kind are listed. Null for all but automatic replies.</summary>
    [BindProperty(SupportsGet = true, Name = "kind")]
    public BounceKind? Kind { get; set; }

    public bool MayChange => User.IsInRole(StaffRoles.Ops);
    public IReadOnlyList<MailboxState> Mailboxes { get; private set; } = [];
    public IReadOnlyList<HeldIssue> Held { get; private set; } = [];
    public IReadOnlyList<PolicyCount> Policy { get; private set; } = [];
    public IReadOnlyList<BounceCounts> Providers { get; private set; } = [];
    public IReadOnlyList<ProviderShare> Shares { get; private set; } = [];
    public IReadOnlyList<BounceCounts> Codes { get; private set; } = [];
    public IReadOnlyList<IssueBounces> Issues { get; private set; } = [];
    public IReadOnlyList<SuppressedDay> Days { get; private set; } = [];
    public IReadOnlyList<SenderReportSum> Senders { get; private set; } = [];
    public IReadOnlyList<SenderReportSum> Tls { get; private set; } = [];
    public IReadOnlyList<Bounce> Latest { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Mailboxes = await overview.MailboxesAsync(cancel);
        Held = await overview.HeldAsync(cancel);
        Policy = await overview.PolicyAsync(cancel);
        Providers = await overview.ByProviderAsync(cancel);
        Codes = await overview.ByCodeAsync(cancel);
        Issues = await overview.ByIssueAsync(cancel);
        Shares = await overview.SharesAsync(Issues, cancel);
        Days = await overview.DaysAsync(cancel);
        Senders = await overview.SendersAsync(cancel);
        Tls = await overview.TlsAsync(cancel);
        Latest = await overview.LatestAsync(Kind, cancel);
    }

    public async Task<IActionResult> OnPostUndoAsync(long id, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        if (await undoing.UndoAsync(id, User.Actor(), cancel))
            TempData["Done"] = "Undone. The reader gets the next issue, if still subscribed.";
        else
            TempData["Refused"] = "There is nothing to undo: it was undone already, or the reader has been erased.";
        return Redirect("/ops/bounces");
    }

    /// <summary>Resumes an issue that was paused because a provider refused it.</summary>
    public async Task<IActionResult> OnPostResumeAsync(int issue, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        switch (await sending.ResumeAsync(issue, User.Actor(), cancel))
        {
            case IssueOutcome.Done:
                TempData["Done"] = "Resumed. The readers who were refused get the issue too.";
                break;
            case IssueOutcome.Refused refused:
                TempData["Refused"] = refused.Why;
                break;
            default:
                return NotFound();
        }
        return Redirect("/ops/bounces");
    }

    public async Task<IActionResult> OnPostUndoDayAsync(string day, CancellationToken cancel)
    {
        if (!MayChange)
            return Forbid();
        if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            TempData["Refused"] = "That is not a day. Choose one in the list.";
            return Redirect("/ops/bounces");
        }
        var undone = await undoing.UndoDayAsync(date, provider: null, User.Actor(), cancel);
        TempData["Done"] = $"Undone for {Counted.Of(undone, "reader")}.";
        return Redirect("/ops/bounces");
    }
}
