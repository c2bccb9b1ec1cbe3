using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>
/// Markdown files with front matter, as used by Jekyll, Hugo, Buttondown's command line and many others, and as exported by Dispatch.
/// </summary>
internal sealed partial class MarkdownArchive : ArchiveSystem
{
    /// <summary>
    /// The keys in our own files, which issues add reads and issues export writes. If a file has only these keys, its text is taken as it
    /// is.
    /// </summary>
    private static readonly string[] Own =
        ["newsletter", "subject", "preheader", "slug", "byline", "picture", "slot", "date", "archived", "first_sent_with",
            "held_back", "corrections"];

    private static readonly string[] DraftStatuses =
        ["draft", "drafted", "scheduled", "future", "imported", "pending", "review", "in review", "in-review", "idea", "wip", "unpublished",
            "private", "trash", "deleted"];

    public override string Name => "markdown";
    public override string Title => "another system";
    public override string Archive => "Markdown files";
    public override IReadOnlyList<string> OtherNames => ["dispatch", "jekyll", "hugo"];

    public override string? Recognize(ArchiveFiles files) => files.All.Any(IsMarkdown) ? "their names end in .md, .markdown or .mdx" : null;

    public override IEnumerable<ArchiveItem> Read(ArchiveFiles files) =>
        files.All.Where(IsMarkdown).Select(file => Guarded(file.Name, () => Read(file, files.KeyOf(file))));

    private static ArchiveItem Read(ArchiveEntry file, string key)
    {
        var front = FrontMatter.Read(file.ReadText());
        var isReadme = ReadmeName().IsMatch(file.FileName);
        if (!front.IsThere)
            return isReadme || file.Name.Split('/').Any(part => part.StartsWith('_') && part is not ("_posts" or "_drafts"))
                ? new ArchiveItem.Skipped(file.Name, "it has no front matter, so it isn't an issue")
                : new ArchiveItem.Refused(file.Name,
                    "it has no front matter, which gives its title and date. Write lines such as title: and date: "
                    + "between two lines of ---.");
        return front.Keys.All(key => Own.Contains(key, StringComparer.Ordinal)) && front["subject"].Length > 0
            ? ReadOwn(file, front, key) : ReadOther(file, front, key);
    }

    private static ArchiveItem.Found ReadOwn(ArchiveEntry file, FrontMatter front, string key) => new(new PastIssue
    {
        Entry = file.Name,
        Key = $"{front["newsletter"]}/{(front["slug"] is { Length: > 0 } slug ? slug : key)}",
        IsKeyedByFile = front["slug"].Length == 0,
        Title = front["subject"],
        Slug = front["slug"],
        Preheader = front["preheader"],
        Byline = front["byline"],
        Standing = front["held_back"].Length > 0 ? PastStanding.HeldBack : WhenOut(front) is null ? PastStanding.Draft
            : front["archived"] == "false" ? PastStanding.MailOnly : PastStanding.Published,
        Why = front["held_back"] is { Length: > 0 } why ? why : null,
        At = WhenOut(front),
        Content = front.Body,
        Form = ContentForm.Own,
        Feature = front["picture"] is { Length: > 0 } picture ? (picture, "", "") : null,
        Newsletter = front["newsletter"] is { Length: > 0 } newsletter ? newsletter : null,
        Folder = file.Folder,
        FirstSentWith = front["first_sent_with"] is { Length: > 0 } system ? system : "Dispatch",
        Corrections = [.. front.AllOf("corrections").Select(line => line.Split(' ', 2))
            .Where(parts => parts is [_, _] && PastDate.Read(parts[0]) is { IsUtc: true })
            .Select(parts => (new DateTimeOffset(PastDate.Read(parts[0])!.Value.Wall, TimeSpan.Zero), parts[1]))],
    });

    // An issue filed for a slot has gone out in that slot, unless the slot is still to come.
    private static PastDate? WhenOut(FrontMatter front) => PastDate.Read(front["date"]) ?? PastDate.Read(front["slot"]);

    private static ArchiveItem ReadOther(ArchiveEntry file, FrontMatter front, string key)
    {
        if (front["type", "layout"] is "page" or "index" or "home" || file.FileName.Equals("_index.md", StringComparison.OrdinalIgnoreCase))
            return new ArchiveItem.Skipped(file.Name, "it is a page, not an issue");
        var dated = DatedName().Match(file.FileName);
        var written = front["date", "publish_date", "published_at", "publishDate", "pubDate", "sent_at"];
        var at = PastDate.Read(written) ?? (dated.Success ? PastDate.Read(dated.Groups["date"].Value) : null);
        var (text, form) = ButtondownArchive.TextOf(
            file.Name.EndsWith(".mdx", StringComparison.OrdinalIgnoreCase) ? WithoutCode(front.Body) : front.Body);
        if (PastDate.Read(front["publishDate", "publish_date"]) is { } publishing && (at is null || publishing.Wall > at.Value.Wall))
            at = publishing;
        var type = TypeOf(front);
        var standing = IsDraft(file, front) ? PastStanding.Draft : StandingOf(type, front);
        var slug = SlugOf(file, front, dated);
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = file.Name,
            Key = key,
            IsKeyedByFile = true,
            Title = Words(front["subject", "title"]),
            Slug = slug,
            Preheader = Words(front["preheader", "description", "subtitle", "excerpt", "summary", "preview_text"]),
            Byline = Words(Bylines.Of(front.AllOf("byline", "author", "authors"))),
            Standing = standing,
            Why = standing is PastStanding.HeldBack ? $"This was only for some readers ({type}). It is held back: it is not in the "
                + "archive, and sending it emails it to everybody." : null,
            At = at,
            Content = text,
            Form = form,
            Feature = front["picture", "image", "image.src", "image.url", "cover", "cover.image", "feature_image", "featured_image",
                "header.image"] is { Length: > 0 } picture
                ? (picture, front["image_alt", "image.alt", "cover.alt", "feature_image_alt"],
                    front["image_caption", "image.caption", "cover.caption", "feature_image_caption"]) : null,
            OldPaths = [.. OldPaths(file, front, dated, slug)],
            Folder = file.Folder,
            Remarks = [.. new[]
            {
                front.Oddity,
                written.Length > 0 && PastDate.Read(written) is null
                    ? $"Its date can't be read: write one such as {PastDate.Example}." : null,
            }.OfType<string>()],
        });
    }

    // MDX begins with lines of JavaScript.
    private static string WithoutCode(string body)
    {
        var lines = body.Split('\n');
        var first = Array.FindIndex(lines, line => line.Trim().Length > 0 && !line.StartsWith("import ", StringComparison.Ordinal)
            && !line.StartsWith("export ", StringComparison.Ordinal));
        return first < 0 ? "" : string.Join('\n', lines[first..]);
    }

    private static bool IsDraft(ArchiveEntry file, FrontMatter front) => front.Says("draft", "isDraft", "is_draft") is true
        || front.Says("published", "publish", "isPublished", "is_published") is false
        || DraftStatuses.Contains(front["status", "state"].ToLowerInvariant()) || file.Name.Split('/').Contains("_drafts");

    private static string TypeOf(FrontMatter front) => front["password"].Length > 0 ? "password"
        : front.Says("private") is true ? "private: true"
        : front.Says("paid", "premium", "membersOnly", "members_only") is true ? "paid"
        : front["email_type", "visibility", "access", "audience"].ToLowerInvariant();

    // A word that isn't known is about some readers only.
    private static PastStanding StandingOf(string type, FrontMatter front) => type switch
    {
        "" or "public" or "archival" or "everyone" or "all" or "free" or "open" or "published" => front.Says("archived") is false
            || front.Says("unlisted", "hidden", "eleventyExcludeFromCollections") is true
            || front["build.list", "_build.list", "build.render", "_build.render"] is "never" or "false" or "local"
                ? PastStanding.MailOnly : PastStanding.Published,
        "private" or "unlisted" or "hidden" => PastStanding.MailOnly,
        _ => PastStanding.HeldBack,
    };

    private static string SlugOf(ArchiveEntry file, FrontMatter front, Match dated)
    {
        if (front["slug"] is { Length: > 0 } slug)
            return slug;
        if (front["permalink", "url"] is { Length: > 0 } path && !path.Contains(':', StringComparison.Ordinal)
            && path.TrimEnd('/').Split('/')[^1] is { Length: > 0 } last)
            return Path.GetFileNameWithoutExtension(last);
        if (dated.Success)
            return dated.Groups["name"].Value;
        var name = Path.GetFileNameWithoutExtension(file.FileName);
        return name is "index" or "issue" && file.Folder.TrimEnd('/').Split('/')[^1] is { Length: > 0 } folder ? folder : name;
    }

    private static IEnumerable<string> OldPaths(ArchiveEntry file, FrontMatter front, Match dated, string slug)
    {
        if (front["permalink", "url"] is { Length: > 0 } path && !path.Contains(':', StringComparison.Ordinal))
            yield return path;
        else if (dated.Success) // Jekyll's usual form
            yield return $"/{dated.Groups["date"].Value.Replace('-', '/')}/{slug}.html";
        else if (front["email_type"].Length > 0)
            yield return $"/archive/{slug}";
        else if (file.Name.LastIndexOf("content/", StringComparison.Ordinal) is >= 0 and var at)
            yield return "/" + Path.ChangeExtension(file.Name[(at + "content/".Length)..], null)
                .Replace("/index", "", StringComparison.Ordinal);
        foreach (var alias in front.AllOf("aliases").Concat(front.AllOf("redirect_from")).Concat(front.AllOf("canonical_url")))
            yield return alias;
    }

    private static bool IsMarkdown(ArchiveEntry entry) => entry.Name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        || entry.Name.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase)
            || entry.Name.EndsWith(".mdx", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})-(?<name>.+)\.[A-Za-z]+$")]
    private static partial Regex DatedName();

    [GeneratedRegex(@"^(?:readme|license|changelog|contributing)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReadmeName();
}
