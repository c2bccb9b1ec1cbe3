using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Newsletters;

/// <summary>Creates the configured newsletters that the database lacks.</summary>
internal sealed class NewsletterSeed(IOptions<List<NewsletterSettings>> configured, TimeProvider clock) : IDatabaseSeed
{
    public async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        var missing = await MissingAsync(db, cancel);
        if (missing.Count == 0)
            return;
        foreach (var setting in missing)
            db.Newsletters.Add(Newsletter.Of(setting, clock.GetUtcNow()));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another process may have created the newsletters first. If some are still missing, the exception had another cause.
            db.ChangeTracker.Clear();
            if ((await MissingAsync(db, cancel)).Count > 0)
                throw;
        }
    }

    private async Task<List<NewsletterSettings>> MissingAsync(DispatchDb db, CancellationToken cancel)
    {
        var known = await db.TextsAsync("""SELECT "Slug" FROM "Newsletters" """, cancel);
        return [.. configured.Value.Where(setting => !known.Contains(setting.Slug))];
    }
}
