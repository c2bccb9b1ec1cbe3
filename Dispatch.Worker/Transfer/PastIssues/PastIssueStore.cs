using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Files;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Stores past issues. A published one gets its edition at once, with its original dates, so that feeds and sitemaps don't present it as
/// new. It has no message, no audience and no deliveries.
/// </summary>
public sealed class PastIssueStore(DispatchDb db, IssueRenderer renderer, TimeProvider clock)
{
    private const int MostTries = 5;
    private const int MostFaultsTold = 3;

    /// <summary>Returns the issue that an entry was imported as, or null if it wasn't.</summary>
    internal Task<int?> FindAsync(Newsletter newsletter, string system, string key, CancellationToken cancel) => db.ImportedIssues
        .Where(known => known.NewsletterId == newsletter.Id && known.System == system && known.Key == key)
        .Select(known => (int?)known.IssueId).SingleOrDefaultAsync(cancel);

    /// <summary>
    /// Returns whether an entry is another issue than the one imported from a file of the same name, such as index.md: it has both another
    /// subject and another date. Either alone may have been edited.
    /// </summary>
    internal Task<bool> IsAnotherAsync(int issueId, string subject, DateTimeOffset? at, CancellationToken cancel) =>
        db.Issues.AnyAsync(issue => issue.Id == issueId && issue.Subject != subject && issue.SendStartedAt != null && at != null
            && issue.SendStartedAt != at, cancel);

    /// <summary>Stores an issue with its pictures, in one transaction.</summary>
    internal async Task<StoredPastIssue> AddAsync(Newsletter newsletter, NewPastIssue past,
        IReadOnlyDictionary<string, PhotoOutcome.Taken> pictures, Actor actor, CancellationToken cancel)
    {
        var remarks = new List<string>();
        var now = clock.GetUtcNow();
        var photos = new DevelopedPhotos(pictures, []);
        var rendered = past.IsOut ? renderer.RenderPage(newsletter, past.Text, photos.Of(0, now), past.At!.Value) : null;
        var standing = past.Standing;
        if (rendered is { Unreadable: true })
        {
            standing = PastStanding.Draft;
            remarks.Add($"It is a draft, because its text can't be shown: {rendered.Faults.First(fault =>
                fault.Severity is FaultSeverity.Error).InWords()}.");
            rendered = null;
        }
        foreach (var fault in (rendered?.Faults ?? [])
            .Where(fault => fault.Severity is FaultSeverity.Error && fault.Rule != "picture-missing").Take(MostFaultsTold))
            remarks.Add($"Its text has a fault: {fault.InWords()}.");
        for (var tries = 1; ; tries++)
            try
            {
                var (issue, redirects) = await AddAsync(newsletter, past with { Standing = standing }, rendered, photos,
                    actor, now, cancel);
                if (past.Text.Slug.Length > 0 && issue.Slug != past.Text.Slug)
                    remarks.Add($"The slug {past.Text.Slug} is taken: this one is {issue.Slug}.");
                return new(issue.Id, standing, redirects, remarks);
            }
            catch (DbUpdateException fault) when (!TransientErrors.Is(fault) && tries < MostTries)
            {
                db.ChangeTracker.Clear(); // somebody just saved an issue with the same slug
            }
    }

    private async Task<(Issue Issue, int Redirects)> AddAsync(Newsletter newsletter, NewPastIssue past, RenderedIssue? rendered,
        DevelopedPhotos photos, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var slug = past.Text.Slug is { Length: > 0 } given ? given
            : Slugs.From(past.Text.Subject) is { Length: > 0 } made ? made : $"issue-{past.At ?? now:yyyy-MM-dd}";
        var issue = new Issue
        {
            NewsletterId = newsletter.Id,
            Text = past.Text with { Slug = await FreeSlugAsync(newsletter, slug, cancel) },
            State = rendered is null ? IssueState.Draft : IssueState.Sent,
            Revision = past.Whole is null ? 1 : 2,
            CreatedAt = now,
            UpdatedAt = now,
            FirstSentWith = rendered is null ? null : past.FirstSentWith,
            LastError = past.Standing is PastStanding.HeldBack ? past.Why : null,
        };
        if (rendered is not null)
            (issue.SendAt, issue.SendStartedAt, issue.SentAt) = (past.At, past.At, past.At);
        db.Issues.Add(issue);
        await db.SaveChangesAsync(cancel); // assigns the id
        if (past.Whole is { } whole)
            db.IssueRevisions.Add(new IssueRevision
            {
                IssueId = issue.Id,
                Revision = 1,
                Text = issue.Text with { Body = whole },
                SavedAt = now,
                SavedBy = actor.Name,
            });
        db.IssueRevisions.Add(IssueRevision.Of(issue, actor.Name));
        db.Photos.AddRange(photos.Of(issue.Id, now));
        if (rendered is not null)
        {
            db.Editions.Add(Edition.Of(issue, newsletter, WithoutNotes(rendered), past.At!.Value));
            db.Corrections.AddRange(past.Corrections.Where(one => one.Text.Length is > 0 and <= Correction.LongestText)
                .Select(one => new Correction { IssueId = issue.Id, At = one.At, Text = one.Text }));
        }
        db.ImportedIssues.Add(new() { IssueId = issue.Id, NewsletterId = newsletter.Id, System = past.System, Key = past.Key });
        var redirects = await AddOldAddressesAsync(issue, past.OldPaths, cancel);
        db.Audit.Add(actor.Did("issue.imported", AuditTarget.Issue(issue.Id), now, past.System));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
        return (issue, redirects);
    }

    /// <summary>Returns the pictures that an imported issue still shows but doesn't have.</summary>
    internal async Task<IReadOnlyList<(string Name, string Address)>> LackingAsync(
        int issueId, IReadOnlyList<(string Name, string Address)> pictures, CancellationToken cancel)
    {
        if (pictures.Count == 0)
            return [];
        var issue = await db.Issues.AsNoTracking().SingleAsync(row => row.Id == issueId, cancel);
        var had = await db.Photos.Where(photo => photo.IssueId == issueId).Select(photo => photo.FileName).ToListAsync(cancel);
        return issue.FirstSentWith is null && issue.SendStartedAt is not null ? [] // a draft that has gone out since
            : [.. pictures.Where(picture => !had.Contains(picture.Name) && issue.Shows(picture.Name))];
    }

    /// <summary>Adds pictures to an issue that was imported without them.</summary>
    internal async Task CompleteAsync(int issueId, Newsletter newsletter, IReadOnlyDictionary<string, PhotoOutcome.Taken> pictures,
        Actor actor, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var issue = await db.Issues.SingleAsync(row => row.Id == issueId, cancel);
        db.Photos.AddRange(new DevelopedPhotos(pictures, []).Of(issueId, now));
        db.Audit.Add(actor.Did("photo.added", AuditTarget.Issue(issueId), now,
            FormattableString.Invariant($"{pictures.Count} from an import")));
        await db.SaveChangesAsync(cancel);
        await RenderAgainAsync(issue, newsletter, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
    }

    /// <summary>Renders the page of a published issue again. The caller saves it.</summary>
    internal async Task RenderAgainAsync(Issue issue, Newsletter newsletter, CancellationToken cancel)
    {
        if (await db.Editions.SingleOrDefaultAsync(row => row.IssueId == issue.Id, cancel) is not { } edition)
            return;
        var photos = await db.Photos.AsNoTracking().Where(photo => photo.IssueId == issue.Id).ToListAsync(cancel);
        edition.WebHtml = WithoutNotes(renderer.RenderPage(newsletter, issue.Text, photos, issue.SendAt!.Value)).WebHtml;
        issue.Decision++; // drops the cached pages
    }

    private static RenderedIssue WithoutNotes(RenderedIssue rendered) =>
        rendered with { WebHtml = IssueHtml.WithoutMissing(rendered.WebHtml) };

    private async Task<string> FreeSlugAsync(Newsletter newsletter, string slug, CancellationToken cancel)
    {
        var taken = await db.Issues.Where(other => other.NewsletterId == newsletter.Id && other.Slug.StartsWith(slug))
            .Select(other => other.Slug).ToListAsync(cancel);
        return Slugs.FirstFree(slug, taken.ToHashSet(StringComparer.Ordinal), IssueText.LongestSlug);
    }

    // The first issue with a path keeps it.
    private async Task<int> AddOldAddressesAsync(Issue issue, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        var wanted = paths.Select(OldAddress.Normalized).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var taken = await db.OldAddresses.Where(known => wanted.Contains(known.Path)).Select(known => known.Path).ToListAsync(cancel);
        var free = wanted.Except(taken).ToList();
        db.OldAddresses.AddRange(free.Select(path => new OldAddress { Path = path, IssueId = issue.Id }));
        return free.Count;
    }
}

/// <summary>A past issue that is to be stored.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Key">What names the issue in that system.</param>
/// <param name="Text">Its fields. The slug is the one it had in that system, or empty.</param>
/// <param name="Whole">The whole body, if the text contains only a part of it.</param>
/// <param name="Standing">What becomes of it.</param>
/// <param name="Why">Why it is held back.</param>
/// <param name="At">When it went out. Not null if it did.</param>
/// <param name="FirstSentWith">The system's display name.</param>
/// <param name="OldPaths">The paths or URLs that it had.</param>
/// <param name="Corrections">Its corrections.</param>
internal sealed record NewPastIssue(string System, string Key, IssueText Text, string? Whole, PastStanding Standing, string? Why,
    DateTimeOffset? At, string FirstSentWith, IReadOnlyList<string> OldPaths,
    IReadOnlyList<(DateTimeOffset At, string Text)> Corrections)
{
    public bool IsOut => Standing is PastStanding.Published or PastStanding.MailOnly;
}

/// <summary>What became of a past issue.</summary>
internal sealed record StoredPastIssue(int IssueId, PastStanding Standing, int Redirects, IReadOnlyList<string> Remarks);
