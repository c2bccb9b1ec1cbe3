using System.Text.Json;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>Ghost's export: one JSON file with all tables. From the table of users, only authors' names are read.</summary>
internal sealed class GhostArchive : ArchiveSystem
{
    /// <summary>Stands in Ghost's export for the site's own address.</summary>
    public const string Site = "__GHOST_URL__";

    public override string Name => "ghost";
    public override string Title => "Ghost";

    public override string? Recognize(ArchiveFiles files)
    {
        using var export = ExportIn(files);
        return export is null ? null : "it is JSON with db, data and posts";
    }

    public override IEnumerable<ArchiveItem> Read(ArchiveFiles files)
    {
        using var json = ExportIn(files)!;
        var data = DataOf(json.RootElement)!.Value;
        var people = List(data, "users").GroupBy(user => Label(user, "id")).ToDictionary(group => group.Key,
            group => Words(Label(group.First(), "name")));
        var authors = List(data, "posts_authors").OrderBy(row => int.TryParse(Label(row, "sort_order"), out var order) ? order : 0)
            .ToLookup(row => Label(row, "post_id"), row => people.GetValueOrDefault(Label(row, "author_id"), ""));
        var metas = List(data, "posts_meta").ToLookup(row => Label(row, "post_id"));
        var newsletters = List(data, "newsletters").ToLookup(row => Label(row, "id"), row => Label(row, "slug"));
        foreach (var post in List(data, "posts"))
        {
            var entry = Words(Label(post, "title")) is { Length: > 0 } title ? $"“{title}”" : $"post {Label(post, "id")}";
            var id = Label(post, "id");
            var only = newsletters.Count > 1 ? newsletters[Label(post, "newsletter_id")].FirstOrDefault() : null;
            yield return Guarded(entry, () => Read(post, entry, authors[id], metas[id].FirstOrDefault(), only));
        }
    }

    private ArchiveItem Read(JsonElement post, string entry, IEnumerable<string> authors, JsonElement meta, string? newsletter)
    {
        if (Text(post, "type") is "page")
            return new ArchiveItem.Skipped(entry, "it is a page, not an issue");
        var (slug, status, visibility) = (Text(post, "slug"), Text(post, "status"), Text(post, "visibility"));
        var isForAll = visibility is "public" or "";
        var html = Text(post, "html");
        var feature = Text(post, "feature_image");
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = Text(post, "uuid") is { Length: > 0 } uuid ? uuid : Text(post, "id"),
            Title = Words(Text(meta, "email_subject") is { Length: > 0 } subject ? subject : Text(post, "title")),
            Slug = slug,
            Preheader = Words(Text(post, "custom_excerpt") is { Length: > 0 } excerpt ? excerpt : Text(meta, "meta_description")),
            Byline = Bylines.Of(authors),
            Standing = status is not ("published" or "sent") ? PastStanding.Draft
                : !isForAll ? PastStanding.HeldBack : status == "sent" ? PastStanding.MailOnly : PastStanding.Published,
            Why = status is not ("published" or "sent") || isForAll ? null : HeldBack(visibility),
            At = PastDate.Read(Text(post, "published_at")),
            Content = html.Length > 0 ? html : Text(post, "plaintext"),
            Form = html.Length > 0 ? ContentForm.Html : ContentForm.Plain,
            Feature = feature.Length > 0 ? (feature, Text(meta, "feature_image_alt"), Text(meta, "feature_image_caption")) : null,
            Newsletter = newsletter,
            OldPaths = [.. new[] { slug.Length > 0 ? $"/{slug}" : "", Text(post, "canonical_url") }.Where(path => path.Length > 0)],
        });
    }

    private static JsonDocument? ExportIn(ArchiveFiles files)
    {
        foreach (var file in files.All.Where(IsJson))
            if (Json(file) is { } json)
            {
                if (DataOf(json.RootElement) is not null)
                    return json;
                json.Dispose();
            }
        return null;
    }

    private static JsonElement? DataOf(JsonElement root)
    {
        if (root.ValueKind is JsonValueKind.Object && root.TryGetProperty("db", out var tables) && tables.ValueKind is JsonValueKind.Array
            && tables.GetArrayLength() > 0)
            root = tables[0];
        return root.ValueKind is JsonValueKind.Object && root.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Object
            && data.TryGetProperty("posts", out var posts) && posts.ValueKind is JsonValueKind.Array ? data : null;
    }

    internal static bool IsJson(ArchiveEntry file) => file.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && file.Length is > 0 and <= ArchiveFiles.LargestExport;
}
