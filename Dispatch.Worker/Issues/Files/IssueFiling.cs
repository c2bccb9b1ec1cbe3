using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Files;

/// <summary>
/// Stores the issue from a file as a draft and, on request, schedules or sends it, all in one transaction. If it can't be scheduled or
/// sent, no draft remains, and the corrected file can be filed again.
/// </summary>
public sealed class IssueFiling(DispatchDb db, IssueIntake intake, IssuePreview preview, PlaceIssue place, TimeProvider clock)
{
    private const string Removed = "it contained invisible characters, usually from pasted text; they were removed.";

    /// <param name="file">The file as it was read.</param>
    /// <param name="wish">The choices of the person who files the issue. They take precedence over the file.</param>
    /// <param name="actor">Who files the issue.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<FilingOutcome> FileAsync(IssueFile file, FilingWish wish, Actor actor, CancellationToken cancel = default)
    {
        var (newsletter, why) = await NewsletterAsync(wish.Newsletter ?? file.Newsletter, cancel);
        if (newsletter is null)
            return Refused(file, why);
        var photos = await intake.DevelopAsync(file, cancel);
        if (photos.Faults.Count > 0)
            return new FilingOutcome.Refused(photos.Faults);
        var seen = await preview.ShowAsync(newsletter, file.Text.Tidied(), photos.Of(0, clock.GetUtcNow()));
        var (isWanted, slot) = (wish.SendNow || (wish.Slot ?? file.Slot) is not null, wish.SendNow ? null : wish.Slot ?? file.Slot);

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var stored = await intake.StoreAsync(newsletter.Slug, file, photos, actor, cancel);
        if (stored is not IssueOutcome.Done { Issue: var issue })
            return Refused(file, Words(stored));
        List<IssueFileFault> faults = [.. file.Cleaned.Select(line => file.FaultAt(line, $"warning: {Removed}")),
            .. Placed(file, seen.Faults)];
        if (isWanted && seen.Errors.Count > 0)
            return new FilingOutcome.Refused(faults);
        var decided = isWanted ? await place(issue.Id, slot, actor, cancel) : stored;
        if (decided is not IssueOutcome.Done)
            return Refused(file, Words(decided));
        await transaction.CommitAsync(cancel);
        return new FilingOutcome.Filed(issue, newsletter, faults);
    }

    private async Task<(Newsletter? Found, string Why)> NewsletterAsync(string? slug, CancellationToken cancel)
    {
        var known = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        var slugs = string.Join(", ", known.Select(newsletter => newsletter.Slug));
        if (slug is not null)
            return (known.FirstOrDefault(newsletter => newsletter.Slug == slug), $"there is no newsletter '{slug}'. Known are {slugs}.");
        return (known.Count == 1 ? known[0] : null,
            $"it does not say which newsletter it is for: --newsletter, or a line newsletter: in the front matter. Known are {slugs}.");
    }

    // A fault counts lines from the beginning of the body, which follows the front matter in the file.
    private static List<IssueFileFault> Placed(IssueFile file, IEnumerable<ContentFault> faults) => [.. faults.Select(fault => file.FaultAt(
        fault.Line is { } line ? file.FirstBodyLine + line - 1 : null,
        fault.Severity is FaultSeverity.Warning ? $"warning: {fault.Message}" : fault.Message))];

    private static FilingOutcome.Refused Refused(IssueFile file, string why) => new([file.FaultAt(null, why)]);

    private static string Words(IssueOutcome outcome) => outcome switch
    {
        IssueOutcome.Invalid invalid => string.Join(" ", invalid.Faults.Select(fault => fault.Message)),
        IssueOutcome.Refused refused => refused.Why,
        _ => throw new InvalidOperationException($"expected Invalid or Refused, got {outcome}"),
    };
}

/// <summary>
/// Schedules a filed issue for a slot, or sends it at once if the slot is null. The caller has already checked that the issue can be sent.
/// Deliveries implements this delegate.
/// </summary>
public delegate Task<IssueOutcome> PlaceIssue(int issueId, SlotChoice? slot, Actor actor, CancellationToken cancel);

/// <summary>What the person who files an issue has chosen.</summary>
/// <param name="Newsletter">The newsletter's slug, or null for the one in the file or the only one there is.</param>
/// <param name="Slot">The slot, or null for the file's slot, if the file has one.</param>
/// <param name="SendNow">Whether to send the issue at once, even if the file names a slot.</param>
public sealed record FilingWish(string? Newsletter, SlotChoice? Slot, bool SendNow);

/// <summary>The outcome of filing an issue.</summary>
public abstract record FilingOutcome
{
    private FilingOutcome()
    {
    }

    /// <summary>The issue was stored. If it was stored only as a draft, it may still have errors.</summary>
    public sealed record Filed(Issue Issue, Newsletter Newsletter, IReadOnlyList<IssueFileFault> Faults) : FilingOutcome;

    /// <summary>The issue was refused, and nothing was stored.</summary>
    public sealed record Refused(IReadOnlyList<IssueFileFault> Faults) : FilingOutcome;
}
