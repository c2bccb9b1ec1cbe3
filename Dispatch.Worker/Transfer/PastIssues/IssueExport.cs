using System.Globalization;
using System.Text;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Writes all issues in our own file format, each in a folder with its pictures: <c>NEWSLETTER/2024-05-15-SLUG/issue.md</c>, and drafts
/// below <c>NEWSLETTER/drafts/</c>. Imported into an empty Dispatch, they give the same issues, and the same export again.
/// </summary>
public sealed class IssueExport(DispatchDb db, NewsletterDirectory newsletters, MediaFolder media, TimeProvider clock)
{
    // Most file systems allow names of 255 bytes.
    private const int LongestName = 200;

    /// <summary>Writes the folder, and an audit entry that says who exported how much.</summary>
    /// <param name="folder">The folder, which exists and is empty.</param>
    /// <param name="actor">Who exports.</param>
    /// <param name="cancel">Ends the writing; the folder is then not whole.</param>
    public Task<ExportedIssues> WriteAsync(string folder, Actor actor, CancellationToken cancel) => WriteAsync((name, _) =>
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return Task.FromResult<Stream>(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
    }, actor, cancel);

    /// <summary>Writes all files one after the other, and an audit entry that says who exported how much.</summary>
    /// <param name="create">Creates a file with this path, which has slashes.</param>
    /// <param name="actor">Who exports.</param>
    /// <param name="cancel">Stops writing, which leaves the export incomplete.</param>
    public async Task<ExportedIssues> WriteAsync(
        Func<string, CancellationToken, Task<Stream>> create, Actor actor, CancellationToken cancel)
    {
        var done = new ExportedIssues(0, 0, 0, 0);
        foreach (var newsletter in await newsletters.AllAsync(cancel))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var ids = await db.Issues.Where(issue => issue.NewsletterId == newsletter.Id).OrderBy(issue => issue.SendStartedAt)
                .ThenBy(issue => issue.Slug).Select(issue => issue.Id).ToListAsync(cancel);
            foreach (var id in ids)
            {
                var issue = await db.Issues.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
                if (issue.State is IssueState.Cancelled)
                {
                    done = done with { Cancelled = done.Cancelled + 1 };
                    continue;
                }
                var isOut = issue.SendStartedAt is not null;
                var at = issue.SendAt ?? issue.SendStartedAt;
                var name = Slugs.FirstFree(Shortened(isOut ? $"{newsletter.IsoDateOf(at!.Value)}-{issue.Slug}" : $"drafts/{issue.Slug}"),
                    names, LongestName);
                names.Add(name);
                var pictures = await WriteAsync(create, $"{newsletter.Slug}/{name}", newsletter, issue, isOut ? at : null, cancel);
                done = done with
                {
                    Sent = done.Sent + (isOut ? 1 : 0),
                    Drafts = done.Drafts + (isOut ? 0 : 1),
                    Pictures = done.Pictures + pictures,
                };
            }
        }
        db.Audit.Add(actor.Did("issues.exported", AuditTarget.Issues, clock.GetUtcNow(),
            $"{done.Sent} sent, {Counted.Of(done.Drafts, "draft")}, {Counted.Of(done.Pictures, "picture")}"));
        await db.SaveChangesAsync(cancel);
        return done;
    }

    private async Task<int> WriteAsync(Func<string, CancellationToken, Task<Stream>> create, string folder, Newsletter newsletter,
        Issue issue, DateTimeOffset? at, CancellationToken cancel)
    {
        var corrections = await db.Corrections.AsNoTracking().Where(row => row.IssueId == issue.Id).OrderBy(row => row.At)
            .ThenBy(row => row.Id).ToListAsync(cancel);
        await using (var file = await create($"{folder}/issue.md", cancel))
            await file.WriteAsync(Encoding.UTF8.GetBytes(TextOf(newsletter, issue, at, corrections)), cancel);
        var count = 0;
        foreach (var photo in await db.Photos.AsNoTracking().Where(row => row.IssueId == issue.Id).OrderBy(row => row.Id)
            .ToListAsync(cancel))
        {
            if (PhotoNames.Of(photo.FileName) != photo.FileName || media.Open(photo.MediaName) is not { } picture)
                continue; // a name that could lead out of the folder, or a file that somebody took away
            await using (picture)
            await using (var file = await create($"{folder}/{photo.FileName}", cancel))
                await picture.CopyToAsync(file, cancel);
            count++;
        }
        return count;
    }

    private static string TextOf(Newsletter newsletter, Issue issue, DateTimeOffset? at, List<Correction> corrections)
    {
        var text = new StringBuilder("---\n");
        Add("newsletter", newsletter.Slug);
        Add("subject", issue.Subject);
        Add("preheader", issue.Preheader);
        Add("slug", issue.Slug);
        Add("byline", issue.Byline);
        Add("picture", issue.Picture);
        if (at is { } instant)
        {
            text.Append(CultureInfo.InvariantCulture, $"date: {Time(instant)}\n");
            Add("first_sent_with", issue.FirstSentWith ?? "Dispatch");
        }
        else if (issue is { State: IssueState.Draft, LastError: { } why })
            Add("held_back", why);
        if (!issue.Archived)
            text.Append("archived: false\n");
        if (corrections.Count > 0)
            text.Append("corrections:\n");
        foreach (var correction in corrections)
            text.Append(CultureInfo.InvariantCulture, $"  - {Quoted($"{Time(correction.At)} {correction.Text}")}\n");
        return text.Append("---\n").Append(issue.Body).ToString();

        void Add(string key, string value)
        {
            if (value.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"{key}: {Quoted(value)}\n");
        }
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // A double-quoted YAML string can hold any text.
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                < ' ' or '\u007F' or (>= '\u0080' and <= '\u009F') or '\u2028' or '\u2029' or '\uFEFF' =>
                    string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        return quoted.Append('"').ToString();
    }

    private static string Shortened(string name)
    {
        while (Encoding.UTF8.GetByteCount(name) > LongestName)
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        return name.TrimEnd('-');
    }
}

/// <summary>How many issues were exported, how many were left out because they were cancelled, and how many pictures went along.</summary>
public sealed record ExportedIssues(int Sent, int Drafts, int Cancelled, int Pictures);
