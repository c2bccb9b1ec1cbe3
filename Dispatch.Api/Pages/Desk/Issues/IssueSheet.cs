using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Records;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>The data of an issue's page.</summary>
public sealed record IssueSheet(
    Issue Issue, Newsletter Newsletter, bool InSlot, IReadOnlyList<Photo> Photos, IReadOnlyList<ContentFault> Faults,
    IReadOnlyList<UpcomingSlot> Slots,
    DateTimeOffset? NextFree, IssueProgress? Progress, SavedRevision? Saved, string SavedBy, UndoTime Undo, DateTimeOffset Now)
{
    /// <summary>The number of readers who would get the issue now, or null once sending has started.</summary>
    public int? Readers { get; init; }

    /// <summary>The number of readers who did not get the issue but still can. Null before and while the issue goes out.</summary>
    public int? Rest { get; init; }

    /// <summary>The corrections, once sending has started.</summary>
    public IReadOnlyList<Correction> Corrections { get; init; } = [];

    /// <summary>The name of the person who approved the current text.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Whether the issue goes out so soon that it can only be unscheduled. Its text is then read-only.</summary>
    public bool Leaving => Issue.IsLeaving(Now, Undo);

    public bool Open => Issue.MayBeEdited && !Leaving;

    /// <summary>Whether the issue can change without anybody doing anything, so the page has to refresh itself.</summary>
    public bool Moves => Leaving || Issue.State is IssueState.Sending or IssueState.Paused;
}

/// <summary>An upcoming slot, with the subject of its issue if it is taken.</summary>
public sealed record UpcomingSlot(SlotView Slot, string? Subject);

/// <summary>Gathers the data for an issue's page.</summary>
public sealed class IssueSheets(
    SavedIssues issues, Corrections corrections, NewsletterDirectory newsletters, IssuePhotos photos, IssuePreview preview, Slots slots,
    DeliveryLedger ledger, Audience audience, StaffNames names, ReaderCounts readers, UndoTime undo, TimeProvider clock)
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
            issue.SendStartedAt is null || issue.FirstSentWith is not null ? null : await ledger.ProgressAsync(issue, cancel),
            saved, people.GetValueOrDefault(by, by), undo, clock.GetUtcNow())
        {
            Readers = issue.MayBeEdited ? await readers.OfAsync(newsletter.Id, cancel) : null,
            Rest = await RestAsync(issue, cancel),
            Corrections = issue.SendStartedAt is null ? [] : await corrections.OfAsync(id, cancel),
            ApprovedBy = issue.ApprovedBy is { } approved ? people.GetValueOrDefault(approved, approved) : null,
        };
    }

    public async Task<bool> IsApprovedAsync(int id, CancellationToken cancel) =>
        await issues.FindAsync(id, cancel) is { ApprovedRevision: not null };

    /// <inheritdoc cref="IssueSheet.Rest"/>
    public async Task<int?> RestAsync(int id, CancellationToken cancel) =>
        await issues.FindAsync(id, cancel) is { } issue ? await RestAsync(issue, cancel) : null;

    private async Task<int?> RestAsync(Issue issue, CancellationToken cancel) =>
        issue is { State: IssueState.Sent or IssueState.Cancelled, SendStartedAt: not null, FirstSentWith: null }
            ? await audience.RestAsync(issue.Id, issue.NewsletterId, cancel) : null;

    public async Task<IReadOnlyList<UpcomingSlot>> UpcomingAsync(Newsletter newsletter, int count, CancellationToken cancel)
    {
        var upcoming = await slots.UpcomingAsync(newsletter, count, cancel);
        var ids = upcoming.Select(slot => slot.IssueId).OfType<int>().ToList();
        var subjects = await issues.SubjectsAsync(ids, cancel);
        return [.. upcoming.Select(slot => new UpcomingSlot(slot, slot.IssueId is { } issue ? subjects.GetValueOrDefault(issue) : null))];
    }
}
