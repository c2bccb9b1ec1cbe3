using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Schedule;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk;

/// <summary>All that an issue's page shows.</summary>
public sealed record IssueSheet(
    Issue Issue, Newsletter Newsletter, bool InSlot, IReadOnlyList<Photo> Photos, IReadOnlyList<ContentFault> Faults, IReadOnlyList<UpcomingSlot> Slots,
    DateTimeOffset? NextFree, IssueProgress? Progress, IssueRevision? Saved, string SavedBy, TimeSpan UndoFor, DateTimeOffset Now)
{
    /// <summary>It goes out within the time that is left to take it back: shown, not edited, so that what is on the screen is what leaves.</summary>
    public bool Leaving => Issue is { State: IssueState.Scheduled, SendAt: { } at } && at - Now <= UndoFor;

    public bool Open => Issue.MayBeEdited && !Leaving;

    /// <summary>It changes without anybody's doing.</summary>
    public bool Moves => Leaving || Issue.State is IssueState.Sending or IssueState.Paused;
}

/// <summary>A slot to come, and the subject of the issue in it.</summary>
public sealed record UpcomingSlot(SlotView Slot, string? Subject);

/// <summary>Gathers it.</summary>
public sealed class IssueSheets(DispatchDb db, IssuePreview preview, Slots slots, DeliveryLedger ledger, StaffNames names, IOptions<DeliverySettings> settings, TimeProvider clock)
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
        return new IssueSheet(
            issue, newsletter,
            await db.EditionSlots.AnyAsync(slot => slot.IssueId == id, cancel),
            photos,
            issue.MayBeEdited ? (await preview.ShowAsync(issue, cancel)).Faults : [],
            issue.MayBeEdited ? await UpcomingAsync(newsletter, SlotsOffered, cancel) : [],
            issue.MayBeEdited ? await slots.NextFreeAsync(newsletter, cancel) : null,
            issue.SendStartedAt is null ? null : await ledger.ProgressAsync(issue, cancel),
            saved, (await names.OfAsync([by], cancel)).GetValueOrDefault(by, by), settings.Value.UndoFor, clock.GetUtcNow());
    }

    public async Task<IReadOnlyList<UpcomingSlot>> UpcomingAsync(Newsletter newsletter, int count, CancellationToken cancel)
    {
        var upcoming = await slots.UpcomingAsync(newsletter, count, cancel);
        var ids = upcoming.Select(slot => slot.IssueId).OfType<int>().ToList();
        var subjects = await db.Issues.Where(issue => ids.Contains(issue.Id)).ToDictionaryAsync(issue => issue.Id, issue => issue.Subject, cancel);
        return [.. upcoming.Select(slot => new UpcomingSlot(slot, slot.IssueId is { } issue ? subjects.GetValueOrDefault(issue) : null))];
    }
}
