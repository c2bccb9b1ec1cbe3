using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>All that an issue's page shows.</summary>
public sealed record IssueSheet(
    Issue Issue, Newsletter Newsletter, bool InSlot, IReadOnlyList<Photo> Photos, IReadOnlyList<ContentFault> Faults, IReadOnlyList<UpcomingSlot> Slots,
    DateTimeOffset? NextFree, IssueProgress? Progress, IssueRevision? Saved, string SavedBy, UndoTime Undo, DateTimeOffset Now)
{
    /// <summary>How many readers it would go to now; null for one that has begun to go out.</summary>
    public int? Readers { get; init; }

    /// <summary>How many readers have not got one that has gone out, and can; null while it is on its way or before.</summary>
    public int? Rest { get; init; }

    /// <summary>Who approved the text as it stands.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>It goes out within the time that is left to take it back: shown, not edited, so that what is on the screen is what leaves.</summary>
    public bool Leaving => Issue.IsLeaving(Now, Undo);

    public bool Open => Issue.MayBeEdited && !Leaving;

    /// <summary>It changes without anybody's doing.</summary>
    public bool Moves => Leaving || Issue.State is IssueState.Sending or IssueState.Paused;
}

/// <summary>A slot to come, and the subject of the issue in it.</summary>
public sealed record UpcomingSlot(SlotView Slot, string? Subject);

/// <summary>Gathers it.</summary>
public sealed class IssueSheets(DispatchDb db, IssuePreview preview, Slots slots, DeliveryLedger ledger, Audience audience, StaffNames names, ReaderCounts readers, UndoTime undo, TimeProvider clock)
{
    private const int SlotsOffered = 8;

    public async Task<IssueSheet?> FindAsync(int id, CancellationToken cancel)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is not { } issue)
            return null;
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        var photos = await db.Photos.AsNoTracking().Where(photo => photo.IssueId == id).OrderBy(photo => photo.Id).ToListAsync(cancel);
        var saved = await db.IssueRevisions.AsNoTracking().Where(row => row.IssueId == id && row.Revision == issue.Revision)
            .Select(row => new IssueRevision { Revision = row.Revision, SavedAt = row.SavedAt, SavedBy = row.SavedBy, Subject = "", Slug = "" }).SingleOrDefaultAsync(cancel);
        var by = saved?.SavedBy ?? "";
        var people = await names.OfAsync([by, issue.ApprovedBy ?? ""], cancel);
        return new IssueSheet(
            issue, newsletter,
            await db.EditionSlots.AnyAsync(slot => slot.IssueId == id, cancel),
            photos,
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
        await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is { } issue ? await RestAsync(issue, cancel) : null;

    private async Task<int?> RestAsync(Issue issue, CancellationToken cancel) =>
        issue is { State: IssueState.Sent or IssueState.Cancelled, SendStartedAt: not null } ? await audience.RestAsync(issue.Id, issue.NewsletterId, cancel) : null;

    public async Task<IReadOnlyList<UpcomingSlot>> UpcomingAsync(Newsletter newsletter, int count, CancellationToken cancel)
    {
        var upcoming = await slots.UpcomingAsync(newsletter, count, cancel);
        var ids = upcoming.Select(slot => slot.IssueId).OfType<int>().ToList();
        var subjects = await db.Issues.Where(issue => ids.Contains(issue.Id)).ToDictionaryAsync(issue => issue.Id, issue => issue.Subject, cancel);
        return [.. upcoming.Select(slot => new UpcomingSlot(slot, slot.IssueId is { } issue ? subjects.GetValueOrDefault(issue) : null))];
    }
}
