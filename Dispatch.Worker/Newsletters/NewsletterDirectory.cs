using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Newsletters;

/// <summary>Finds newsletters.</summary>
public sealed class NewsletterDirectory(DispatchDb db)
{
    /// <summary>Returns all newsletters, oldest first.</summary>
    public Task<List<Newsletter>> AllAsync(CancellationToken cancel = default) =>
        db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);

    public Task<Newsletter?> FindAsync(string slug, CancellationToken cancel) =>
        db.Newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Slug == slug, cancel);

    /// <summary>Returns a newsletter that is known to exist, such as the newsletter of an issue.</summary>
    public Task<Newsletter> GetAsync(int id, CancellationToken cancel) =>
        db.Newsletters.AsNoTracking().SingleAsync(newsletter => newsletter.Id == id, cancel);
}
