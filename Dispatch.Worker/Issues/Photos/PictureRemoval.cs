using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Brands;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Removes the files of pictures that no issue has any more. A file that several identical pictures share stays as long as any issue has
/// it. A file is set aside before the database is searched for such an issue, so a picture stored during the search gets a new file.
/// </summary>
public sealed class PictureRemoval(DispatchDb db, MediaFolder media, TimeProvider clock, ILogger<PictureRemoval> log)
{
    /// <summary>
    /// How long a stored picture may wait for its issue to be saved. When an issue is filed, all its photos are processed first, which can
    /// take a while.
    /// </summary>
    public static readonly TimeSpan Unclaimed = TimeSpan.FromHours(1);

    [JobDisplayName("Delete unused pictures")]
    public async Task SweepAsync(CancellationToken stopping)
    {
        var before = clock.GetUtcNow() - Unclaimed;
        media.ClearUnfinished(before);
        if (await RemoveAsync(media.StoredBefore(before), stopping) is > 0 and var removed)
            log.LogInformation("Removed {Files} files of pictures that no issue has", removed);
    }

    /// <summary>
    /// Removes those of the given files that no issue has. Call this after the commit that removed the references to them.
    /// </summary>
    /// <returns>The number of files removed.</returns>
    public async Task<int> RemoveAsync(IEnumerable<string> names, CancellationToken cancel = default)
    {
        var removed = 0;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            removed += !await IsNamedAsync(name, cancel) && await TryRemoveAsync(name, cancel) ? 1 : 0;
        return removed;
    }

    private async Task<bool> TryRemoveAsync(string name, CancellationToken cancel)
    {
        try
        {
            if (!media.SetAside(name))
                return false;
            if (!await IsNamedAsync(name, cancel))
            {
                media.Delete(name);
                return true;
            }
            media.Restore(name);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("A picture that no issue has can't be removed; it is tried again within the hour: {Fault}",
                fault.GetType().Name);
        }
        return false;
    }

    private async Task<bool> IsNamedAsync(string name, CancellationToken cancel) =>
        await db.Photos.AsNoTracking().AnyAsync(Photo.Has(name), cancel)
        || await db.Logos.AnyAsync(logo => logo.MediaName == name, cancel);
}
