using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Archive;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Makes WebP files, for browsers, of pictures added before version 0.11, and adds them to the pages of issues that have gone out. Messages
/// stay as they were sent. Does nothing once all pictures have been processed.
/// </summary>
public sealed class OlderPictures(DispatchDb db, PhotoStudio studio, ILogger<OlderPictures> log)
{
    private const int AtOnce = 50;

    [JobDisplayName("Make smaller files of older pictures")]
    public async Task RunAsync(CancellationToken stopping)
    {
        var (last, made) = (0, 0);
        while (!stopping.IsCancellationRequested
            && await db.Photos.AsNoTracking().Where(photo => photo.WebPName == null && photo.Id > last).OrderBy(photo => photo.Id)
                .Take(AtOnce).ToListAsync(stopping) is { Count: > 0 } photos)
            foreach (var photo in photos)
            {
                made += await ServeAsync(photo, stopping) ? 1 : 0;
                last = photo.Id;
            }
        if (made > 0)
            log.LogInformation("Made WebP files of {Pictures} older pictures", made);
    }

    // A picture whose files are on another machine is left to the worker there. If it is replaced in the meantime, the new files are
    // orphaned and cleaned up. The picture and the page that shows it change together: a picture that has its files is not looked at again.
    private async Task<bool> ServeAsync(Photo photo, CancellationToken stopping)
    {
        if (await studio.AddWebPAsync(photo.MediaName, stopping) is not { } wide
            || await studio.AddWebPAsync(photo.NarrowMediaName, stopping) is not { } narrow)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var stored = await db.Photos.Where(row => row.Id == photo.Id && row.MediaName == photo.MediaName && row.WebPName == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.WebPName, wide).SetProperty(row => row.NarrowWebPName, narrow), stopping);
        (photo.WebPName, photo.NarrowWebPName) = (wide, narrow);
        if (stored == 0)
            return false;
        var page = await db.Editions.Where(edition => edition.IssueId == photo.IssueId).Select(edition => edition.WebHtml)
            .SingleOrDefaultAsync(stopping);
        if (page is not null && IssueHtml.WithWebP(page, photo) is var better && better != page
            && await db.Editions.Where(edition => edition.IssueId == photo.IssueId && edition.WebHtml == page)
                .ExecuteUpdateAsync(set => set.SetProperty(edition => edition.WebHtml, better), stopping) == 0)
            return false; // the page was changed just now: the next run tries again
        await transaction.CommitAsync(stopping);
        return photo.WebPFiles().Any();
    }
}
