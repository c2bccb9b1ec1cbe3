using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Issues;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// Keeps an issue that may have gone out since a backup from going out again. A person who knows decides about each.
/// </summary>
internal sealed class RestoredIssues : IAfterRestore
{
    public async Task<string?> RunAsync(DispatchDb db, DateTimeOffset at, CancellationToken cancel)
    {
        var moment = at.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var held = await IssueTransition.Hold.ExecuteAsync(db.Issues, set => set.SetProperty(issue => issue.LastError,
            $"Restored from a backup of {moment}. If it has gone out since, cancel it; if not, schedule it again."), cancel);
        var paused = await IssueTransition.Pause.ExecuteAsync(db.Issues, set => set.SetProperty(issue => issue.LastError,
            $"Restored from a backup of {moment}. Who got it after that is not known here: if you resume, they get it again."), cancel);
        return held + paused == 0 ? null
            : $"Issues that may have gone out since: {held} scheduled, now held, and {paused} half sent, now paused. Decide on the desk.";
    }
}
