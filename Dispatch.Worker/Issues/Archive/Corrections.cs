using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Adds corrections to issues that have gone out, and removes them.</summary>
public sealed class Corrections(DispatchDb db, TimeProvider clock)
{
    private const string Empty = "Write what was wrong and what is right.";

    /// <summary>Returns an issue's corrections, oldest first.</summary>
    public Task<List<Correction>> OfAsync(int issueId, CancellationToken cancel) =>
        db.Corrections.AsNoTracking().Where(correction => correction.IssueId == issueId).OrderBy(correction => correction.Id)
            .ToListAsync(cancel);

    /// <summary>Returns the corrections of several issues, oldest first.</summary>
    public async Task<ILookup<int, Correction>> OfAsync(IReadOnlyCollection<int> issueIds, CancellationToken cancel) =>
        (await db.Corrections.AsNoTracking().Where(correction => issueIds.Contains(correction.IssueId))
            .OrderBy(correction => correction.Id).ToListAsync(cancel)).ToLookup(correction => correction.IssueId);

    /// <summary>Adds a correction to an issue that has gone out or is going out.</summary>
    public async Task<CorrectionOutcome> AddAsync(int issueId, string? text, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == issueId, cancel) is not { } issue)
            return new CorrectionOutcome.Unknown();
        if (issue.SendStartedAt is null)
            return new CorrectionOutcome.Refused("This issue hasn't gone out yet: correct its text instead.");
        text = UnseenCharacters.DroppedFrom((text ?? "").ReplaceLineEndings("\n")).Trim();
        if (FaultOf(text) is { } fault)
            return new CorrectionOutcome.Invalid(new FieldFault("Text", fault));
        var now = clock.GetUtcNow();
        var correction = new Correction { IssueId = issueId, At = now, Text = text };
        db.Corrections.Add(correction);
        db.Audit.Add(actor.Did("issue.corrected", AuditTarget.Issue(issueId), now));
        await db.SaveChangesAsync(cancel);
        return new CorrectionOutcome.Done(correction);
    }

    /// <summary>Removes a correction, such as one that contains a mistake.</summary>
    /// <returns>False if the issue has no such correction.</returns>
    public async Task<bool> RemoveAsync(int issueId, int correctionId, Actor actor, CancellationToken cancel = default)
    {
        var correction = await db.Corrections.SingleOrDefaultAsync(row => row.Id == correctionId && row.IssueId == issueId, cancel);
        if (correction is null)
            return false;
        db.Corrections.Remove(correction);
        db.Audit.Add(actor.Did("issue.uncorrected", AuditTarget.Issue(issueId), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        return true;
    }

    private static string? FaultOf(string text) => text.Length == 0 ? Empty
        : text.Length > Correction.LongestText
        ? $"A correction has at most {Correction.LongestText:N0} characters; this one has {text.Length:N0}."
        : StorableText.Is(text) ? null : $"The correction {StorableText.Why}";
}

/// <summary>The outcome of adding a correction.</summary>
public abstract record CorrectionOutcome
{
    private CorrectionOutcome()
    {
    }

    public sealed record Done(Correction Correction) : CorrectionOutcome;

    /// <summary>There is no such issue.</summary>
    public sealed record Unknown : CorrectionOutcome;

    /// <summary>The issue has not gone out.</summary>
    public sealed record Refused(string Why) : CorrectionOutcome;

    /// <summary>The text is not valid, and nothing was saved.</summary>
    public sealed record Invalid(FieldFault Fault) : CorrectionOutcome;
}
