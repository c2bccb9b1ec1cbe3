using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Files;

/// <summary>
/// Stores an issue from a file. Photos are processed first, outside any transaction, because this takes seconds. If the issue is then
/// refused, <see cref="PictureRemoval"/> removes its picture files within two hours.
/// </summary>
public sealed class IssueIntake(DispatchDb db, IssueDesk desk, PhotoStudio studio, TimeProvider clock)
{
    /// <summary>Re-encodes the file's photos without their metadata.</summary>
    public async Task<DevelopedPhotos> DevelopAsync(IssueFile file, CancellationToken cancel = default)
    {
        var (taken, faults) = (new Dictionary<string, PhotoOutcome.Taken>(StringComparer.Ordinal), new List<IssueFileFault>());
        foreach (var photo in file.Photos)
            switch (await TakeInAsync(photo, cancel))
            {
                case PhotoOutcome.Taken good:
                    taken[photo.FileName] = good;
                    break;
                case PhotoOutcome.Refused refused:
                    faults.Add(file.FaultAt(photo.Line, $"{photo.FileName}: {refused.Fault}"));
                    break;
            }
        return new DevelopedPhotos(taken, faults);
    }

    /// <summary>Stores issue, first revision, photos and audit entry in one transaction, the caller's if there is one.</summary>
    public async Task<IssueOutcome> StoreAsync(
        string newsletter, IssueFile file, DevelopedPhotos photos, Actor actor, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginOrJoinAsync(cancel);
        var outcome = await desk.CreateAsync(newsletter, file.Text, actor, cancel);
        if (outcome is not IssueOutcome.Done { Issue: var issue })
            return outcome;
        var now = clock.GetUtcNow();
        db.Photos.AddRange(photos.Of(issue.Id, now));
        if (photos.Taken.Count > 0)
            db.Audit.Add(actor.Did("photo.added", AuditTarget.Issue(issue.Id), now, $"{photos.Taken.Count} from its file"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitOwnAsync(cancel);
        return outcome;
    }

    private async Task<PhotoOutcome> TakeInAsync(IssueFilePhoto photo, CancellationToken cancel)
    {
        FileStream picture;
        try
        {
            picture = File.OpenRead(photo.Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new PhotoOutcome.Refused("The file cannot be read by this account.");
        }
        await using (picture)
            return await studio.TakeInAsync(picture, cancel);
    }
}

/// <summary>The photos of a file that could be processed, by their names in the Markdown, and the faults of the other photos.</summary>
public sealed record DevelopedPhotos(IReadOnlyDictionary<string, PhotoOutcome.Taken> Taken, IReadOnlyList<IssueFileFault> Faults)
{
    /// <summary>Returns the photos as rows of an issue.</summary>
    public IEnumerable<Photo> Of(int issueId, DateTimeOffset addedAt) => Taken.Select(taken => new Photo
    {
        IssueId = issueId,
        FileName = taken.Key,
        MediaName = taken.Value.Wide.Name,
        NarrowMediaName = taken.Value.Narrow.Name,
        WebPName = taken.Value.WideWebP?.Name ?? "",
        NarrowWebPName = taken.Value.NarrowWebP?.Name ?? "",
        Width = taken.Value.Wide.Width,
        Height = taken.Value.Wide.Height,
        AddedAt = addedAt,
    });
}
