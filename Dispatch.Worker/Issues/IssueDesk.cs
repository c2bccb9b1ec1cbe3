using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues;

/// <summary>
/// What correspondents do with an issue before it goes out: write, save, approve, discard. Each save stores a revision and its audit entry
/// in one transaction. A save based on an outdated revision changes nothing and returns the newer revision.
/// </summary>
public sealed class IssueDesk(DispatchDb db, IssuePreview preview, PictureRemoval removal, UndoTime undo, TimeProvider clock)
{
    // More than one try is needed only if two people save the same generated slug at once.
    private const int MostTries = 10;

    /// <summary>Returns an issue, tracked by this desk. A later decision fails if the issue's state has changed in the meantime.</summary>
    public Task<Issue?> FindAsync(int id, CancellationToken cancel = default) => db.Issues.FindAsync([id], cancel).AsTask();

    /// <summary>Stores a new draft. A text without a slug gets a slug made from its subject, with a number if that slug is taken.</summary>
    public async Task<IssueOutcome> CreateAsync(string newsletter, IssueText text, Actor actor, CancellationToken cancel = default)
    {
        var isMadeUp = string.IsNullOrWhiteSpace(text.Slug);
        text = text.Tidied();
        if (text.Slug.Length == 0)
            text = text with { Slug = $"issue-{clock.GetUtcNow():yyyy-MM-dd-HHmmss}" }; // a subject without letters or digits gives no slug
        if (text.Faults().ToList() is { Count: > 0 } faults)
            return new IssueOutcome.Invalid(faults);
        var newsletterId = await db.Newsletters.Where(row => row.Slug == newsletter).Select(row => (int?)row.Id)
            .SingleOrDefaultAsync(cancel);
        if (newsletterId is not { } id)
            return new IssueOutcome.Unknown();
        var now = clock.GetUtcNow();
        var issue = new Issue
        {
            NewsletterId = id,
            Text = text,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await using var transaction = await db.Database.BeginOrJoinAsync(cancel);
        if (isMadeUp)
            issue.Slug = await FreeSlugAsync(issue, text.Slug, cancel);
        else if (await SlugIsTakenAsync(issue, text.Slug, cancel))
            return SlugTaken(text.Slug);
        for (var tries = 1; ; tries++)
        {
            db.Issues.Add(issue);
            try
            {
                await db.SaveChangesAsync(cancel); // assigns the id for the two rows below
                break;
            }
            catch (DbUpdateException)
            {
                db.Entry(issue).State = EntityState.Detached;
                if (!await SlugIsTakenAsync(issue, issue.Slug, cancel))
                    throw;
                if (!isMadeUp || tries == MostTries) // another person saved the same slug at the same moment
                    return SlugTaken(issue.Slug);
                issue.Slug = await FreeSlugAsync(issue, text.Slug, cancel);
            }
        }
        db.IssueRevisions.Add(IssueRevision.Of(issue, actor.Name));
        db.Audit.Add(actor.Did("issue.created", AuditTarget.Issue(issue.Id), now));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitOwnAsync(cancel);
        return new IssueOutcome.Done(issue);
    }

    /// <param name="id">The issue.</param>
    /// <param name="text">The complete new text.</param>
    /// <param name="revision">The revision on which the text is based. If null, the text overwrites any revision.</param>
    /// <param name="actor">Who saves.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<IssueOutcome> EditAsync(int id, IssueText text, int? revision, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.FindAsync([id], cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        if (revision is { } based && based != issue.Revision)
            return new IssueOutcome.Stale(issue);
        var (given, isMadeUp) = (text, string.IsNullOrWhiteSpace(text.Slug));
        text = text.Tidied();
        if (text.Slug.Length == 0)
            text = text with { Slug = issue.Slug };
        if (text.Faults().ToList() is { Count: > 0 } faults)
            return new IssueOutcome.Invalid(faults);
        if (isMadeUp)
            text = text with { Slug = await FreeSlugAsync(issue, text.Slug, cancel) };
        else if (await SlugIsTakenAsync(issue, text.Slug, cancel))
            return SlugTaken(text.Slug);
        var now = clock.GetUtcNow();
        if (issue.Edit(text, now, undo) is { } refusal)
            return new IssueOutcome.Refused(refusal.Why);
        db.IssueRevisions.Add(IssueRevision.Of(issue, actor.Name));
        var outcome = await SaveAsync(
            issue, actor.Did("issue.saved", AuditTarget.Issue(issue.Id), now, $"revision {issue.Revision}"), cancel);
        return outcome is IssueOutcome.Stale && revision is null ? await EditAsync(id, given, null, actor, cancel) : outcome;
    }

    /// <summary>Approves the current text. A text with an error can't be approved, because it could not be sent.</summary>
    public async Task<IssueOutcome> ApproveAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.FindAsync([id], cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        var now = clock.GetUtcNow();
        if (issue.Approve(actor.Name, now) is { } refusal)
            return new IssueOutcome.Refused(refusal.Why);
        if ((await preview.ShowAsync(issue, cancel)).Errors is { Count: > 0 } errors)
        {
            db.ChangeTracker.Clear();
            return new IssueOutcome.Unsendable(errors);
        }
        return await SaveAsync(issue, actor.Did("issue.approved", AuditTarget.Issue(issue.Id), now, $"revision {issue.Revision}"), cancel);
    }

    /// <summary>Withdraws an approval.</summary>
    public async Task<IssueOutcome> UnapproveAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.FindAsync([id], cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        var revision = issue.ApprovedRevision;
        return issue.Unapprove() is { } refusal
            ? new IssueOutcome.Refused(refusal.Why)
            : await SaveAsync(issue, actor.Did("issue.unapproved", AuditTarget.Issue(issue.Id), clock.GetUtcNow(),
                $"revision {revision ?? issue.Revision}"), cancel);
    }

    /// <summary>Deletes a draft with its revisions and pictures. An issue that has gone out can't be deleted.</summary>
    public async Task<IssueOutcome> DeleteAsync(int id, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.FindAsync([id], cancel) is not { } issue)
            return new IssueOutcome.Unknown();
        if (issue.State is not (IssueState.Draft or IssueState.Approved))
            return new IssueOutcome.Refused(
                "Only a draft can be deleted. Unschedule it first; what has gone out stays in the archive.");
        var photos = await db.Photos.AsNoTracking().Where(photo => photo.IssueId == id).ToListAsync(cancel);
        db.Issues.Remove(issue);
        var outcome = await SaveAsync(issue, actor.Did("issue.deleted", AuditTarget.Issue(issue.Id), clock.GetUtcNow()), cancel);
        if (outcome is IssueOutcome.Done)
            await removal.RemoveAsync(photos.SelectMany(photo => photo.Files), CancellationToken.None);
        return outcome;
    }

    private async Task<IssueOutcome> SaveAsync(Issue issue, AuditEntry entry, CancellationToken cancel)
    {
        db.Audit.Add(entry);
        var based = db.Entry(issue).OriginalValues.GetValue<int>(nameof(Issue.Revision));
        try
        {
            await db.SaveChangesAsync(cancel);
            return new IssueOutcome.Done(issue);
        }
        catch (DbUpdateException fault)
        {
            db.ChangeTracker.Clear();
            if (await db.Issues.FindAsync([issue.Id], cancel) is not { } current)
                return new IssueOutcome.Unknown();
            // Of two people who save at the same moment, the slower one may fail at the revision's row, before the issue's is compared.
            if (fault is DbUpdateConcurrencyException || current.Revision != based)
                return new IssueOutcome.Stale(current);
            if (await SlugIsTakenAsync(issue, issue.Slug, cancel))
                return SlugTaken(issue.Slug);
            throw;
        }
    }

    private Task<bool> SlugIsTakenAsync(Issue issue, string slug, CancellationToken cancel) =>
        db.Issues.AnyAsync(other => other.NewsletterId == issue.NewsletterId && other.Slug == slug && other.Id != issue.Id, cancel);

    private async Task<string> FreeSlugAsync(Issue issue, string slug, CancellationToken cancel)
    {
        var taken = await db.Issues.Where(other => other.NewsletterId == issue.NewsletterId && other.Id != issue.Id
            && other.Slug.StartsWith(slug)).Select(other => other.Slug).ToListAsync(cancel);
        return Slugs.FirstFree(slug, taken.ToHashSet(StringComparer.Ordinal), IssueText.LongestSlug);
    }

    private static IssueOutcome.Invalid SlugTaken(string slug) =>
        new([new FieldFault(nameof(IssueText.Slug), $"This newsletter already has an issue with the URL slug '{slug}'. Choose another.")]);
}
