using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Brands;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Decides who may see a picture. Before an issue with the picture has gone out, only staff may see it. Previews and test messages are
/// displayed without a sign-in, so their picture URLs contain a key, which works for <see cref="KeyDays"/> days.
/// </summary>
public sealed partial class PictureAccess(IDbContextFactory<DispatchDb> databases, LinkTokens tokens, TimeProvider clock)
{
    /// <summary>How many days a key is valid after the day on which it was made.</summary>
    public const int KeyDays = 7;

    // A public picture stays public, so the result is cached.
    private readonly ConcurrentDictionary<string, bool> published = [];

    /// <summary>Whether an issue that shows the picture has gone out, or it is a newsletter's logo.</summary>
    public async Task<bool> IsPublicAsync(string name, CancellationToken cancel)
    {
        if (published.ContainsKey(name))
            return true;
        await using var db = databases.CreateDbContext();
        var shown = Named(db, name).Where(photo => db.Set<Edition>().Any(edition => edition.IssueId == photo.IssueId
            && (edition.WebHtml.Contains(photo.MediaName) || edition.MailHtml.Contains(photo.MediaName))));
        return (await shown.AnyAsync(cancel) || await db.Logos.AnyAsync(logo => logo.MediaName == name, cancel))
            && (published[name] = true);
    }

    /// <summary>Whether any issue has the picture. If none has, nobody may see it, even while its file still exists.</summary>
    public async Task<bool> IsKnownAsync(string name, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await Named(db, name).AnyAsync(cancel);
    }

    /// <summary>Whether a key opens this picture today.</summary>
    public async Task<bool> OpensAsync(string? key, string name, CancellationToken cancel)
    {
        if (!tokens.TryRead(key, LinkKind.Picture, out var photoId, out var lastDay) || lastDay < Today)
            return false;
        await using var db = databases.CreateDbContext();
        return await Named(db, name).AnyAsync(photo => photo.Id == photoId, cancel);
    }

    /// <summary>Returns an unsent issue's HTML with a key added to each picture's URL.</summary>
    public string WithKeys(string html, IEnumerable<Photo> photos)
    {
        // A key stays the same all day, so a preview does not load all pictures again after each typed letter.
        var keys = photos.SelectMany(photo => photo.Files.Select(file => (File: file, photo.Id))).GroupBy(photo => photo.File).ToDictionary(
            group => group.Key, group => tokens.Make(LinkKind.Picture, group.First().Id, Today + KeyDays), StringComparer.Ordinal);
        return Address().Replace(
            html, match => keys.TryGetValue(match.Groups[1].Value, out var key) ? $"{match.Value}?key={key}" : match.Value);
    }

    private long Today => clock.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60);

    private static IQueryable<Photo> Named(DispatchDb db, string name) =>
        db.Photos.AsNoTracking().Where(Photo.Has(name));

    [GeneratedRegex("(?<=(?:src(?:set)?|href)=\"[^\"]*)/media/([^\"/?, ]+)(?=[\" ])", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
