using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Brands;

/// <summary>
/// Sets newsletters' logos, processed by <see cref="PhotoStudio"/>. A logo is public at once, and stays so as long as messages show it.
/// </summary>
public sealed class Logos(DispatchDb db, PhotoStudio studio, PictureRemoval removal, TimeProvider clock)
{
    /// <summary>Sets or replaces a newsletter's logo.</summary>
    /// <returns>Null, or why the picture can't be used, as a sentence for the person who submitted it.</returns>
    public async Task<string?> SetAsync(string slug, Stream picture, Actor actor, CancellationToken cancel = default)
    {
        var outcome = await studio.TakeInAsync(picture, cancel);
        if (outcome is PhotoOutcome.Refused { Fault: var fault })
            return fault;
        var taken = (PhotoOutcome.Taken)outcome;
        var logo = taken.Narrow;
        var newsletter = await db.Newsletters.SingleAsync(row => row.Slug == slug, cancel);
        if (!await db.Logos.AnyAsync(known => known.MediaName == logo.Name, cancel))
            db.Logos.Add(new Logo { MediaName = logo.Name, NewsletterId = newsletter.Id, AddedAt = clock.GetUtcNow() });
        await SaveAsync(newsletter, logo.Name, logo.Width, logo.Height, actor, cancel);
        await removal.RemoveAsync(taken.Files, CancellationToken.None); // the renditions that a logo doesn't need
        return null;
    }

    /// <summary>Removes a newsletter's logo. Messages sent earlier still show it.</summary>
    public async Task RemoveAsync(string slug, Actor actor, CancellationToken cancel = default) =>
        await SaveAsync(await db.Newsletters.SingleAsync(row => row.Slug == slug, cancel), null, 0, 0, actor, cancel);

    private async Task SaveAsync(Newsletter newsletter, string? name, int width, int height, Actor actor, CancellationToken cancel)
    {
        if (newsletter.LogoName == name)
            return;
        (newsletter.LogoName, newsletter.LogoWidth, newsletter.LogoHeight) = (name, width, height);
        db.Audit.Add(actor.Did("newsletter.edited", AuditTarget.Newsletter(newsletter.Id), clock.GetUtcNow(), "Logo"));
        await db.SaveChangesAsync(cancel);
    }
}
