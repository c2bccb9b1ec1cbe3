using System.Globalization;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.SignUp;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Carries out what people decide about sending an issue: its slot or time, send now, pause, resume, cancel. Of two simultaneous decisions
/// about an issue, the second is refused. An issue with an error gets no slot, so its author learns of the error now and not at the slot.
/// </summary>
public sealed class SendingDesk(
    DispatchDb db, Slots slots, IssuePreview preview, DeliveryLedger ledger, Audience audience, CancelledDeliveries cancelled,
    IssueEnd end, ChunkJobs chunks, ProviderHolds holds,
    PictureRemoval removal, RelayPool relays, IBackgroundJobClient jobs, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    private const string NotThrough = "Its last emails are just being sent. Try again in a minute.";
    private const string Overtaken = "Someone else changed this issue at the same moment. Check it and try again.";

    /// <summary>Puts an issue into a slot and frees any slot it had before.</summary>
    public async Task<IssueOutcome> ScheduleAsync(int id, SlotChoice choice, Actor actor, CancellationToken cancel = default)
    {
        return await FindAsync(id, cancel) is var (issue, newsletter)
            ? await ScheduleAsync(issue, newsletter, choice, isSendable: false, actor, cancel)
            : new IssueOutcome.Unknown();
    }

    /// <summary>
    /// Puts a newly filed issue into a slot, or sends it immediately if no slot is chosen. The issue must have been rendered without an
    /// error.
    /// </summary>
    public async Task<IssueOutcome> PlaceAsync(int id, SlotChoice? slot, Actor actor, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not var (issue, newsletter))
            return new IssueOutcome.Unknown();
        return slot is { } choice ? await ScheduleAsync(issue, newsletter, choice, isSendable: true, actor, cancel)
            : await ScheduleAsync(issue, AfterUndo, inSlot: false, isSendable: true, actor, cancel);
    }

    private DateTimeOffset AfterUndo => clock.GetUtcNow() + settings.Value.UndoFor;

    private async Task<IssueOutcome> ScheduleAsync(
        Issue issue, Newsletter newsletter, SlotChoice choice, bool isSendable, Actor actor, CancellationToken cancel)
    {
        if (choice.Date is not { } date)
            return await slots.NextFreeAsync(newsletter, cancel) is { } next
                ? await ScheduleAsync(issue, next, inSlot: true, isSendable, actor, cancel)
                : Invalid("The newsletter's schedule has no more slots. Change the schedule, or choose a time.");
        return await slots.OnAsync(newsletter, date, cancel) is { } slot
            ? await ScheduleAsync(issue, newsletter, slot, isSendable, actor, cancel)
            : Invalid($"{Day(date)} has no slot. The next are {await NextAsync(newsletter, cancel)}.");
    }

    /// <summary>Puts an issue into the slot at an instant. A date would not be enough, since a day may have several slots.</summary>
    public async Task<IssueOutcome> ScheduleAsync(int id, DateTimeOffset slotAt, Actor actor, CancellationToken cancel = default)
    {
        if (await FindAsync(id, cancel) is not var (issue, newsletter))
            return new IssueOutcome.Unknown();
        return await slots.AtAsync(newsletter, slotAt, cancel) is { } slot
            ? await ScheduleAsync(issue, newsletter, slot, isSendable: false, actor, cancel)
            : Invalid($"The newsletter has no slot at that time (or no longer has). The next are {await NextAsync(newsletter, cancel)}.");
    }

    private async Task<IssueOutcome> ScheduleAsync(
        Issue issue, Newsletter newsletter, SlotView slot, bool isSendable, Actor actor, CancellationToken cancel)
    {
        if (slot.IssueId == issue.Id && issue.State is IssueState.Scheduled)
            return new IssueOutcome.Done(issue);
        if (slot.At <= clock.GetUtcNow())
            return new IssueOutcome.Refused(
                $"The slot of {Day(slot.Date)} has passed. The next are {await NextAsync(newsletter, cancel)}.");
        if (slot.State is not SlotState.Empty)
            return new IssueOutcome.Refused($"The slot of {Day(slot.Date)} has an issue already. Free it first, or choose another slot.");
        return await ScheduleAsync(issue, slot.At, inSlot: true, isSendable, actor, cancel);
    }

    private static IssueOutcome.Invalid Invalid(string fault) => new([new FieldFault("Slot", fault)]);

    /// <summary>Gives an issue a time outside the newsletter's rhythm and frees any slot it had.</summary>
    public async Task<IssueOutcome> ScheduleAtAsync(int id, DateTimeOffset at, Actor actor, CancellationToken cancel = default)
    {
        if (await FindAsync(id, cancel) is not var (issue, _))
            return new IssueOutcome.Unknown();
        return at <= clock.GetUtcNow()
            ? new IssueOutcome.Invalid([new FieldFault("At", "That time has passed. Choose a later one or send now.")])
            : await ScheduleAsync(issue, at.ToUniversalTime(), inSlot: false, isSendable: false, actor, cancel);
    }

    /// <summary>
    /// Sends an issue once <see cref="DeliverySettings.UndoFor"/> has passed; until then the issue can be taken back. An issue that has
    /// already gone out is sent to the readers who have not received it, and a paused or stalled issue continues.
    /// </summary>
    public async Task<IssueOutcome> SendNowAsync(
        int id, Actor actor, CancellationToken cancel = default) => await FindAsync(id, cancel) switch
        {
            null => new IssueOutcome.Unknown(),
            var (issue, _) when issue.State is IssueState.Sent or IssueState.Cancelled => await SendToRestAsync(issue, actor, cancel),
            var (issue, _) when issue.State is IssueState.Paused
                || issue is { State: IssueState.Sending, LastError: not null } => await GoOnAsync(issue.Id, actor, cancel),
            var (issue, _) => await ScheduleAsync(issue, AfterUndo, inSlot: false, isSendable: false, actor, cancel),
        };

    /// <summary>Takes an issue back: it becomes a draft again, and its slot is freed.</summary>
    public Task<IssueOutcome> UnscheduleAsync(int id, Actor actor, CancellationToken cancel = default) =>
        MoveAsync(id, "issue.unscheduled", issue => issue.Unschedule(), FreeSlotAsync, actor, cancel);

    /// <summary>Pauses an issue: no further deliveries begin. Deliveries that are being sent are finished and recorded.</summary>
    public Task<IssueOutcome> PauseAsync(int id, Actor actor, CancellationToken cancel = default) =>
        MoveAsync(id, "issue.paused", issue => issue.Pause(), Nothing, actor, cancel);

    /// <summary>Resumes sending a paused issue where it left off.</summary>
    public Task<IssueOutcome> ResumeAsync(int id, Actor actor, CancellationToken cancel = default) =>
        GoOnAsync(id, issue => issue.Resume(), actor, cancel);

    private Task<IssueOutcome> GoOnAsync(int id, Actor actor, CancellationToken cancel) =>
        GoOnAsync(id, issue => issue.State is IssueState.Sending ? null : issue.Resume(), actor, cancel);

    // Somebody who resumes an issue has probably fixed the relay, so all relays are tried again at once.
    private async Task<IssueOutcome> GoOnAsync(int id, Func<Issue, Refusal?> move, Actor actor, CancellationToken cancel)
    {
        var outcome = await MoveAsync(id, "issue.resumed", move, async (issue, stop) =>
        {
            await holds.EndAsync(db, issue.Id, stop);
            await ledger.GoOnAsync(issue.Id, stop);
        }, actor, cancel);
        if (outcome is IssueOutcome.Done)
        {
            relays.EndRests();
            await chunks.QueueAsync(cancel);
        }
        return outcome;
    }

    /// <summary>
    /// Cancels an issue for the readers who have not received it. No delivery begins once the cancellation is committed, but the sweep may
    /// need some time to mark all rows of a large audience as cancelled. If the issue reached nobody, its pictures are removed too.
    /// </summary>
    public async Task<IssueOutcome> CancelAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        List<Photo> unseen = [];
        var outcome = await MoveAsync(id, "issue.cancelled", issue => issue.Cancel(), async (issue, stop) =>
        {
            await FreeSlotAsync(issue, stop);
            if (issue.SendStartedAt is null)
                db.Photos.RemoveRange(unseen = await db.Photos.Where(photo => photo.IssueId == issue.Id).ToListAsync(stop));
        }, actor, cancel);
        if (outcome is not IssueOutcome.Done)
            return outcome;
        await removal.RemoveAsync(unseen.SelectMany(photo => photo.Files), CancellationToken.None);
        await cancelled.EndAsync(id, cancel);
        return outcome;
    }

    // If isSendable is true, the issue is not rendered again, because the caller holds a transaction.
    private async Task<IssueOutcome> ScheduleAsync(
        Issue issue, DateTimeOffset at, bool inSlot, bool isSendable, Actor actor, CancellationToken cancel)
    {
        if (!isSendable && (await preview.ShowAsync(issue, cancel)).Errors is { Count: > 0 } errors)
            return new IssueOutcome.Unsendable(errors);
        var outcome = await MoveAsync(issue.Id, "issue.scheduled", known => known.ScheduleFor(at), async (known, stop) =>
        {
            await FreeSlotAsync(known, stop);
            if (inSlot)
                db.EditionSlots.Add(new EditionSlot { NewsletterId = known.NewsletterId, At = at, IssueId = known.Id });
        }, actor, cancel, $"{at:O}, revision {issue.Revision}");
        if (outcome is IssueOutcome.Done)
            // The sweep finds the issue even if this job is lost.
            jobs.Schedule<FanOutJob>(job => job.RunAsync(issue.Id, CancellationToken.None), at);
        return outcome;
    }

    private async Task<IssueOutcome> SendToRestAsync(Issue sent, Actor actor, CancellationToken cancel)
    {
        var id = sent.Id;
        if (sent.FirstSentWith is not null)
            return new IssueOutcome.Refused(sent.SendToRest(clock.GetUtcNow())!.Why);
        if (sent.SendStartedAt is not null && await audience.RestAsync(id, sent.NewsletterId, cancel) is 0)
            return new IssueOutcome.Refused(await db.Deliveries.UncertainOf(id).CountAsync(cancel) is > 0 and var uncertain
                ? $"The outcome is unknown for {Counted.Of(uncertain, "reader")}, and nobody else is left. Send it to them again, or mark "
                    + "it as delivered."
                : "Nobody is left to send it to: every reader who can get it has got it.");
        var outcome = await MoveAsync(id, "issue.sent-to-rest", issue => issue.SendToRest(clock.GetUtcNow()), async (issue, stop) =>
            await audience.ReopenAsync(issue.Id, issue.NewsletterId, stop) is null ? new Refusal(NotThrough) : null, actor, cancel);
        relays.EndRests();
        if (outcome is IssueOutcome.Done && !await end.FinishAsync(id)) // the audience may be empty
            await chunks.QueueAsync(cancel);
        return outcome;
    }

    private Task<IssueOutcome> MoveAsync(
        int id, string action, Func<Issue, Refusal?> move, Func<Issue, CancellationToken, Task> also, Actor actor,
            CancellationToken cancel, string? detail = null) =>
        MoveAsync(id, action, move, async (issue, stop) =>
        {
            await also(issue, stop);
            return null;
        }, actor, cancel, detail);

    private async Task<IssueOutcome> MoveAsync(
        int id, string action, Func<Issue, Refusal?> move, Func<Issue, CancellationToken, Task<Refusal?>> also,
        Actor actor, CancellationToken cancel, string? detail = null)
    {
        await using var transaction = await db.Database.BeginOrJoinAsync(cancel);
        if (await db.Issues.FindAsync([id], cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        if (move(issue) is { } refusal)
            return new IssueOutcome.Refused(refusal.Why);
        db.Audit.Add(actor.Did(action, AuditTarget.Issue(issue.Id), clock.GetUtcNow(), detail));
        try
        {
            await db.SaveChangesAsync(cancel); // before the slot changes: of two simultaneous decisions, the second fails here
            if (await also(issue, cancel) is { } late)
            {
                db.ChangeTracker.Clear();
                return new IssueOutcome.Refused(late.Why); // leaving without a commit rolls back what was saved
            }
            await db.SaveChangesAsync(cancel);
            await transaction.CommitOwnAsync(cancel);
            return new IssueOutcome.Done(issue);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault)) // a full disk is not a conflicting decision
        {
            // Somebody moved the issue or took the slot at the same moment: the unique index lets only one of the two succeed.
            db.ChangeTracker.Clear();
            return new IssueOutcome.Refused(Overtaken);
        }
    }

    // A future slot is freed. A past slot stays on record as skipped. An issue that is being sent keeps its slot.
    private async Task FreeSlotAsync(Issue issue, CancellationToken cancel)
    {
        if (issue.SendStartedAt is not null)
            return;
        var now = clock.GetUtcNow();
        var held = db.EditionSlots.Where(slot => slot.IssueId == issue.Id);
        await held.Where(slot => slot.At > now).ExecuteDeleteAsync(cancel);
        await held.ExecuteUpdateAsync(set => set.SetProperty(slot => slot.IssueId, (int?)null), cancel);
    }

    private static Task Nothing(Issue issue, CancellationToken cancel) => Task.CompletedTask;

    private async Task<(Issue Issue, Newsletter Newsletter)?> FindAsync(int id, CancellationToken cancel) =>
        await db.Issues.FindAsync([id], cancel) is { } issue
            ? (issue, await db.Newsletters.AsNoTracking().SingleAsync(newsletter => newsletter.Id == issue.NewsletterId, cancel)) : null;

    private async Task<string> NextAsync(Newsletter newsletter, CancellationToken cancel) =>
        string.Join(", ", (await slots.UpcomingAsync(newsletter, 12, cancel)).Where(slot => slot.State is SlotState.Empty)
            .Take(3).Select(slot => Day(slot.Date)));

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
