using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Who may see a picture: everybody once an issue that shows it has gone out, and until then only staff. A preview and a test mail are
/// viewed where no sign-in reaches, so their pictures carry their own key. It opens this one picture for <see cref="KeyDays"/> days, and
/// nothing once the picture is replaced or removed.
/// </summary>
public sealed partial class PictureAccess(IDbContextFactory<DispatchDb> databases, LinkTokens tokens, TimeProvider clock)
{
    /// <summary>How many days a key works, after the day it was made.</summary>
    public const int KeyDays = 7;

    // What has gone out stays public, so it is checked only once; readers fetch it by the thousand.
    private readonly ConcurrentDictionary<string, bool> published = [];

    /// <summary>Whether any issue that shows the picture has gone out to anyone.</summary>
    public async Task<bool> IsPublicAsync(string name, CancellationToken cancel)
    {
        if (published.ContainsKey(name))
            return true;
        await using var db = databases.CreateDbContext();
        var shown = Named(db, name).Where(photo => db.Set<Edition>().Any(edition => edition.IssueId == photo.IssueId
            && (edition.WebHtml.Contains(photo.MediaName) || edition.MailHtml.Contains(photo.MediaName))));
        return await shown.AnyAsync(cancel) && (published[name] = true);
    }

    /// <summary>
    /// Whether any issue has it: a picture that no issue has any more is not shown to anybody, whether or not its file is gone.
    /// </summary>
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

    /// <summary>An unsent issue's mail with a key appended to the address of each of its pictures.</summary>
    public string WithKeys(string html, IEnumerable<Photo> photos)
    {
        // The same all day, or a preview that follows the typing would fetch its pictures again at each letter.
        var keys = photos.GroupBy(photo => photo.MediaName).ToDictionary(
            group => group.Key, group => tokens.Make(LinkKind.Picture, group.First().Id, Today + KeyDays), StringComparer.Ordinal);
        return Address().Replace(
            html, match => keys.TryGetValue(match.Groups[1].Value, out var key) ? $"{match.Value}?key={key}" : match.Value);
    }

    private long Today => clock.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60);

    private static IQueryable<Photo> Named(DispatchDb db, string name) =>
        db.Photos.AsNoTracking().Where(photo => photo.MediaName == name || photo.NarrowMediaName == name);

    [GeneratedRegex("(?<=src=\"[^\"]*)/media/([^\"/?]+)(?=\")", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
