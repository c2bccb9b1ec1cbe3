using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Records;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>Everything that an issue's page shows.</summary>
public sealed record IssueSheet(
    Issue Issue, Newsletter Newsletter, bool InSlot, IReadOnlyList<Photo> Photos, IReadOnlyList<ContentFault> Faults,
    IReadOnlyList<UpcomingSlot> Slots,
    DateTimeOffset? NextFree, IssueProgress? Progress, SavedRevision? Saved, string SavedBy, UndoTime Undo, DateTimeOffset Now)
{
    /// <summary>How many readers it would go to now; null once it has begun to go out.</summary>
    public int? Readers { get; init; }

    /// <summary>How many readers have not got an issue that has gone out, but still can; null while it is going out or before.</summary>
    public int? Rest { get; init; }

    /// <summary>Who approved the current text.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>
    /// It goes out within the time in which it can still be taken back: shown, not edited, so that what is on the screen is what goes out.
    /// </summary>
    public bool Leaving => Issue.IsLeaving(Now, Undo);

    public bool Open => Issue.MayBeEdited && !Leaving;

    /// <summary>It changes without anybody doing anything.</summary>
    public bool Moves => Leaving || Issue.State is IssueState.Sending or IssueState.Paused;
}

/// <summary>An upcoming slot, and the subject of the issue in it.</summary>
public sealed record UpcomingSlot(SlotView Slot, string? Subject);

/// <summary>Gathers the data for an issue's page.</summary>
public sealed class IssueSheets(
    SavedIssues issues, NewsletterDirectory newsletters, IssuePhotos photos, IssuePreview preview, Slots slots, DeliveryLedger ledger,
    Audience audience, StaffNames names, ReaderCounts readers, UndoTime undo, TimeProvider clock)
{
    private const int SlotsOffered = 8;

    public async Task<IssueSheet?> FindAsync(int id, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return null;
        var newsletter = await newsletters.GetAsync(issue.NewsletterId, cancel);
        var saved = await issues.FindSaveAsync(id, issue.Revision, cancel);
        var by = saved?.By ?? "";
        var people = await names.OfAsync([by, issue.ApprovedBy ?? ""], cancel);
        return new IssueSheet(
            issue, newsletter,
            await slots.OfIssueAsync(id, cancel) is not null,
            await photos.OfAsync(id, cancel),
            issue.MayBeEdited ? (await preview.ShowAsync(issue, cancel)).Faults : [],
            issue.MayBeEdited ? await UpcomingAsync(newsletter, SlotsOffered, cancel) : [],
            issue.MayBeEdited ? await slots.NextFreeAsync(newsletter, cancel) : null,
            issue.SendStartedAt is null ? null : await ledger.ProgressAsync(issue, cancel),
            saved, people.GetValueOrDefault(by, by), undo, clock.GetUtcNow())
        {
            Readers = issue.MayBeEdited ? await readers.OfAsync(newsletter.Id, cancel) : null,
            Rest = await RestAsync(issue, cancel),
            ApprovedBy = issue.ApprovedBy is { } approved ? people.GetValueOrDefault(approved, approved) : null,
        };
    }

    /// <inheritdoc cref="IssueSheet.Rest"/>
    public async Task<int?> RestAsync(int id, CancellationToken cancel) =>
        await issues.FindAsync(id, cancel) is { } issue ? await RestAsync(issue, cancel) : null;

    private async Task<int?> RestAsync(Issue issue, CancellationToken cancel) =>
        issue is { State: IssueState.Sent or IssueState.Cancelled, SendStartedAt: not null }
            ? await audience.RestAsync(issue.Id, issue.NewsletterId, cancel) : null;

    public async Task<IReadOnlyList<UpcomingSlot>> UpcomingAsync(Newsletter newsletter, int count, CancellationToken cancel)
    {
        var upcoming = await slots.UpcomingAsync(newsletter, count, cancel);
        var ids = upcoming.Select(slot => slot.IssueId).OfType<int>().ToList();
        var subjects = await issues.SubjectsAsync(ids, cancel);
        return [.. upcoming.Select(slot => new UpcomingSlot(slot, slot.IssueId is { } issue ? subjects.GetValueOrDefault(issue) : null))];
    }
}
