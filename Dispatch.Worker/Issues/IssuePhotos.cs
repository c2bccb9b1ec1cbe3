using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues;

/// <summary>The pictures of an issue: taken in by <see cref="PhotoStudio"/>, and known by the name that the Markdown uses.</summary>
public sealed class IssuePhotos(DispatchDb db, PhotoStudio studio, UndoTime undo, TimeProvider clock)
{
    private const int LongestName = 200;

    /// <summary>Stores a picture; one of the same name takes the old one's place.</summary>
    /// <param name="issueId">The issue, which must still be open to changes.</param>
    /// <param name="fileName">As the Markdown is to call it (<c>photos/border.jpg</c>).</param>
    /// <param name="picture">The file; it is read to its end.</param>
    /// <param name="actor">Who adds it.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<PhotoAdded> AddAsync(int issueId, string fileName, Stream picture, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == issueId, cancel) is not { } issue)
            return new PhotoAdded.Unknown();
        if (issue.Locked(clock.GetUtcNow(), undo) is { } locked)
            return new PhotoAdded.Locked(locked.Why);
        if (fileName.Length is 0 or > LongestName || fileName.Any(char.IsControl))
            return new PhotoAdded.Refused($"A picture's name has 1 to {LongestName} characters on one line.");
        return await studio.TakeInAsync(picture, cancel) switch
        {
            PhotoOutcome.Taken taken => await KeepAsync(issueId, fileName, taken, actor, cancel),
            PhotoOutcome.Refused refused => new PhotoAdded.Refused(refused.Fault),
            var other => throw new InvalidOperationException($"expected Taken or Refused, got {other}"),
        };
    }

    private async Task<PhotoAdded> KeepAsync(int issueId, string fileName, PhotoOutcome.Taken taken, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Developing a picture takes seconds: the issue may have been sent meanwhile.
        if (await db.Issues.FindAsync([issueId], cancel) is not { } issue)
            return new PhotoAdded.Unknown();
        await db.Entry(issue).ReloadAsync(cancel);
        if (issue.Locked(now, undo) is { } locked)
            return new PhotoAdded.Locked(locked.Why);
        if (await db.Photos.SingleOrDefaultAsync(known => known.IssueId == issue.Id && known.FileName == fileName, cancel) is not { } photo)
            db.Photos.Add(photo = new Photo { IssueId = issue.Id, FileName = fileName, MediaName = "", NarrowMediaName = "" });
        else
            issue.VoidApproval(); // it shows another picture now
        (photo.MediaName, photo.NarrowMediaName, photo.Width, photo.Height, photo.AddedAt) = (taken.Wide.Name, taken.Narrow.Name, taken.Wide.Width, taken.Wide.Height, now);
        db.Audit.Add(actor.Did("photo.added", IssueDesk.TargetOf(issue), now));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return new PhotoAdded.Locked("Somebody decided about this issue at this moment. Add the picture again.");
        }
        return new PhotoAdded.Done(photo);
    }
}

/// <summary>What came of adding a picture to an issue.</summary>
public abstract record PhotoAdded
{
    private PhotoAdded()
    {
    }

    public sealed record Done(Photo Photo) : PhotoAdded;

    /// <summary>There is no such issue.</summary>
    public sealed record Unknown : PhotoAdded;

    /// <summary>The picture can't be taken; in a sentence for whoever handed it in.</summary>
    public sealed record Refused(string Why) : PhotoAdded;

    /// <summary>The issue can't be changed now.</summary>
    public sealed record Locked(string Why) : PhotoAdded;
}
