using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// The pictures of an issue, processed by <see cref="PhotoStudio"/> and referred to by name in the Markdown. Replacing or removing a
/// picture deletes its files, unless another picture has identical content.
/// </summary>
public sealed class IssuePhotos(
    DispatchDb db, PhotoStudio studio, MediaFolder media, PictureRemoval removal, UndoTime undo, TimeProvider clock)
{
    /// <summary>The maximum length of a picture's name in the Markdown, in UTF-16 code units.</summary>
    public const int LongestName = 200;

    /// <summary>Returns an issue's pictures, in the order in which they were added.</summary>
    public Task<List<Photo>> OfAsync(int issueId, CancellationToken cancel) =>
        db.Photos.AsNoTracking().Where(photo => photo.IssueId == issueId).OrderBy(photo => photo.Id).ToListAsync(cancel);

    /// <summary>Whether this process has the folder of pictures. A worker on another machine needs none.</summary>
    public bool HasFolder => Directory.Exists(media.Folder);

    /// <summary>
    /// Returns a fault for each picture that the HTML shows and that lacks a file. The rows are in the database, but the files are in a
    /// folder, which may be missing from a backup or not mounted.
    /// </summary>
    public IEnumerable<ContentFault> MissingIn(string html, IEnumerable<Photo> photos) => photos
        .Where(photo => html.Contains(photo.MediaName, StringComparison.Ordinal) && photo.Files.Any(name => !media.Contains(name)))
        .Select(photo => new ContentFault(
            FaultSeverity.Error, null, "picture-file", $"The file of '{photo.FileName}' is missing on the server: add it again."));

    /// <summary>Returns a picture of the issue, or null if the issue has no picture with this id.</summary>
    public Task<Photo?> FindAsync(int issueId, int photoId, CancellationToken cancel) =>
        db.Photos.AsNoTracking().SingleOrDefaultAsync(photo => photo.Id == photoId && photo.IssueId == issueId, cancel);

    /// <summary>
    /// Stores a picture. If the issue has a different picture of this name, the new one gets a number (<c>photos/border-2.jpg</c>), so each
    /// caption keeps its picture.
    /// </summary>
    /// <param name="issueId">The issue, which must still allow changes.</param>
    /// <param name="fileName">The picture's name in the Markdown (<c>photos/border.jpg</c>).</param>
    /// <param name="picture">The file, which is read to its end.</param>
    /// <param name="actor">Who adds it.</param>
    /// <param name="replaces">Whether to replace the picture of the same name instead.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<AddPhotoResult> AddAsync(
        int issueId, string fileName, Stream picture, Actor actor, bool replaces = false, CancellationToken cancel = default)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == issueId, cancel) is not { } issue)
            return new AddPhotoResult.Unknown();
        if (issue.Locked(clock.GetUtcNow(), undo) is { } locked)
            return new AddPhotoResult.Locked(locked.Why);
        if (fileName.Length is 0 or > LongestName || fileName.Any(char.IsControl))
            return new AddPhotoResult.Refused($"A picture's name has 1 to {LongestName} characters on one line.");
        return await studio.TakeInAsync(picture, cancel) switch
        {
            PhotoOutcome.Taken taken => await KeepOrRemoveAsync(issueId, fileName, taken, replaces, actor, cancel),
            PhotoOutcome.Refused refused => new AddPhotoResult.Refused(refused.Fault),
            var other => throw new InvalidOperationException($"expected Taken or Refused, got {other}"),
        };
    }

    /// <summary>Removes a picture from an issue, and deletes its files.</summary>
    /// <param name="issueId">The issue, which must still allow changes.</param>
    /// <param name="fileName">The picture's name in the Markdown. A text that still refers to the removed picture has an error.</param>
    /// <param name="actor">Who removes it.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<PhotoRemoved> RemoveAsync(int issueId, string fileName, Actor actor, CancellationToken cancel = default)
    {
        if (await db.Issues.FindAsync([issueId], cancel) is not { } issue
            || await db.Photos.SingleOrDefaultAsync(row => row.IssueId == issueId && row.FileName == fileName, cancel) is not { } photo)
            return new PhotoRemoved.Unknown();
        var now = clock.GetUtcNow();
        if (issue.Locked(now, undo) is { } locked)
            return new PhotoRemoved.Locked(locked.Why);
        issue.VoidApproval();
        db.Photos.Remove(photo);
        db.Audit.Add(actor.Did("photo.removed", AuditTarget.Issue(issue.Id), now));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return new PhotoRemoved.Locked("Someone else changed this issue at the same moment. Check it and try again.");
        }
        await removal.RemoveAsync(photo.Files, CancellationToken.None);
        return new PhotoRemoved.Done(issue.Shows(fileName));
    }

    private async Task<AddPhotoResult> KeepOrRemoveAsync(
        int issueId, string fileName, PhotoOutcome.Taken taken, bool replaces, Actor actor, CancellationToken cancel)
    {
        var stored = taken.Files;
        if (!replaces)
            fileName = await FreeNameAsync(issueId, fileName, taken.Wide.Name, cancel);
        var before = await db.Photos.AsNoTracking()
            .SingleOrDefaultAsync(known => known.IssueId == issueId && known.FileName == fileName, cancel);
        var added = await KeepAsync(issueId, fileName, taken, actor, cancel);
        await removal.RemoveAsync([.. before?.Files ?? [], .. stored], CancellationToken.None);
        if (added is not AddPhotoResult.Done || stored.All(media.Contains))
            return added;
        // The picture's file may be gone: an identical picture was removed from another issue while this picture was being stored.
        await db.Photos.Where(known => known.IssueId == issueId && known.FileName == fileName).ExecuteDeleteAsync(CancellationToken.None);
        return new AddPhotoResult.Refused("The same picture was just being removed from another issue. Add it again.");
    }

    // If the same picture is added again, it keeps its name.
    private async Task<string> FreeNameAsync(int issueId, string fileName, string mediaName, CancellationToken cancel)
    {
        var taken = await db.Photos.Where(known => known.IssueId == issueId && known.MediaName != mediaName)
            .Select(known => known.FileName).ToListAsync(cancel);
        var extension = Path.GetExtension(fileName);
        return Slugs.FirstFree(fileName[..^extension.Length], taken.ToHashSet(StringComparer.Ordinal), LongestName, extension);
    }

    private async Task<AddPhotoResult> KeepAsync(
        int issueId, string fileName, PhotoOutcome.Taken taken, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Processing a picture takes seconds, and the issue may have been sent in that time.
        if (await db.Issues.FindAsync([issueId], cancel) is not { } issue)
            return new AddPhotoResult.Unknown();
        await db.Entry(issue).ReloadAsync(cancel);
        if (issue.Locked(now, undo) is { } locked)
            return new AddPhotoResult.Locked(locked.Why);
        if (await db.Photos.SingleOrDefaultAsync(known => known.IssueId == issue.Id && known.FileName == fileName, cancel) is not { } photo)
            db.Photos.Add(photo = new Photo { IssueId = issue.Id, FileName = fileName, MediaName = "", NarrowMediaName = "" });
        else
            issue.VoidApproval(); // the issue now shows another picture under this name
        (photo.MediaName, photo.NarrowMediaName, photo.Width, photo.Height, photo.AddedAt) =
        (taken.Wide.Name, taken.Narrow.Name, taken.Wide.Width, taken.Wide.Height, now);
        (photo.WebPName, photo.NarrowWebPName) = (taken.WideWebP?.Name ?? "", taken.NarrowWebP?.Name ?? "");
        db.Audit.Add(actor.Did("photo.added", AuditTarget.Issue(issue.Id), now));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            db.ChangeTracker.Clear();
            return new AddPhotoResult.Locked("Someone scheduled or sent this issue at the same moment. Add the picture again.");
        }
        catch (DbUpdateException) when (db.Entry(photo).State is EntityState.Added)
        {
            db.ChangeTracker.Clear();
            return new AddPhotoResult.Refused("Another picture with this name was added at the same moment. Add yours again.");
        }
        return new AddPhotoResult.Done(photo);
    }
}

/// <summary>The outcome of removing a picture from an issue.</summary>
public abstract record PhotoRemoved
{
    private PhotoRemoved()
    {
    }

    /// <param name="StillNamed">Whether the text still refers to the picture, which is now an error.</param>
    public sealed record Done(bool StillNamed) : PhotoRemoved;

    /// <summary>The issue does not exist, or has no such picture.</summary>
    public sealed record Unknown : PhotoRemoved;

    /// <summary>The issue can't be changed now.</summary>
    public sealed record Locked(string Why) : PhotoRemoved;
}

/// <summary>The outcome of adding a picture to an issue.</summary>
public abstract record AddPhotoResult
{
    private AddPhotoResult()
    {
    }

    public sealed record Done(Photo Photo) : AddPhotoResult;

    /// <summary>The issue does not exist.</summary>
    public sealed record Unknown : AddPhotoResult;

    /// <summary>The picture can't be accepted. The reason is a sentence for the person who submitted it.</summary>
    public sealed record Refused(string Why) : AddPhotoResult;

    /// <summary>The issue can't be changed now.</summary>
    public sealed record Locked(string Why) : AddPhotoResult;
}
