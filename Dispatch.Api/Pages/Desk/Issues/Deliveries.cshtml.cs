using Dispatch.Api.Http.Access;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>
/// The deliveries of an issue that were not accepted. Readers are shown by id only. A person decides about deliveries with an unknown
/// outcome, one by one or all together.
/// </summary>
public sealed class DeliveriesModel(
    SavedIssues issues, NewsletterDirectory newsletters, DeliveryList deliveries, UncertainDeliveries uncertain) : PageModel
{
    private const int AtOnce = 100;

    public Issue Issue { get; private set; } = null!; // set before the page is rendered, as is the newsletter
    public Newsletter Newsletter { get; private set; } = null!;
    public DeliveryState? State { get; private set; }
    public IReadOnlyList<Delivery> Rows { get; private set; } = [];

    /// <summary>The delivery at which the next page begins, or null on the last page.</summary>
    public long? Next { get; private set; }

    /// <summary>The number of deliveries that wait for a decision, across all pages.</summary>
    public int Uncertain { get; private set; }

    /// <summary>Whether uncertain deliveries can be sent again. This is not possible once the issue has ended.</summary>
    public bool MayResend => Issue.State is IssueState.Sending or IssueState.Paused;

    /// <summary>
    /// Whether rejected deliveries can be sent again. If the issue was already sent, sending then continues for those readers.
    /// </summary>
    public bool MayResendRejected => MayResend || Issue.State is IssueState.Sent;

    /// <summary>Returns what a refusal concerns, in one word, or null for a delivery without a refusal.</summary>
    public static string? About(Delivery row) =>
        row is { State: DeliveryState.Rejected, ReplyCode: >= 500 and var code }
            ? ReplyJudgement.Of(code, row.EnhancedCode, row.ReplyText).Word() : null;

    public async Task<IActionResult> OnGetAsync(int id, DeliveryState? state, long? after, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return NotFound();
        Issue = issue;
        Newsletter = await newsletters.GetAsync(issue.NewsletterId, cancel);
        State = state;
        DeliveryState[] states = state is { } one ? [one] : Enum.GetValues<DeliveryState>();
        var found = await deliveries.PageAsync(id, [.. states.Except([DeliveryState.Accepted])], after, AtOnce + 1, cancel);
        Rows = [.. found.Take(AtOnce)];
        Next = found.Count > AtOnce ? Rows[^1].SubscriberId : null;
        Uncertain = await deliveries.UncertainAsync(id, cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(int id, long reader, DeliveryState? state, CancellationToken cancel) =>
        Answer(id, state, await uncertain.ResendAsync(id, reader, User.Actor(), cancel), $"Sending again to reader {reader}.");

    public async Task<IActionResult> OnPostAssumeAsync(int id, long reader, DeliveryState? state, CancellationToken cancel) =>
        Answer(id, state, await uncertain.AssumeSentAsync(id, reader, User.Actor(), cancel),
            $"The email to reader {reader} is marked as delivered.");

    public async Task<IActionResult> OnPostResendAllAsync(int id, DeliveryState? state, CancellationToken cancel)
    {
        var resent = await uncertain.ResendAllAsync(id, User.Actor(), cancel);
        return Back(id, state, resent > 0 ? $"Sent again: {resent:N0}."
            : null,
                "None can be sent again right now: someone has already decided, or emails in the same chunk are still being sent. "
                    + "Try again in a minute.");
    }

    public async Task<IActionResult> OnPostAssumeAllAsync(int id, DeliveryState? state, CancellationToken cancel)
    {
        var assumed = await uncertain.AssumeAllSentAsync(id, User.Actor(), cancel);
        return Back(id, state, assumed > 0 ? $"Marked as delivered: {assumed:N0}." : null, "There was nothing left to decide.");
    }

    private IActionResult Answer(int id, DeliveryState? state, DeliveryDecision outcome, string done) => outcome switch
    {
        DeliveryDecision.Done => Back(id, state, done, ""),
        DeliveryDecision.Refused refused => Back(id, state, null, refused.Why),
        _ => NotFound(),
    };

    private RedirectResult Back(int id, DeliveryState? state, string? done, string refused)
    {
        TempData[done is null ? "Refused" : "Done"] = done ?? refused;
        return Redirect($"/desk/issues/{id}/deliveries{(state is null ? "" : $"?state={state}")}");
    }
}
