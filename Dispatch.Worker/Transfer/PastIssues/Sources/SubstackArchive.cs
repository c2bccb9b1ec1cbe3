using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>Substack's export: a list of posts and a file of HTML for each. Who opened what lies beside them, and is never read.</summary>
internal sealed class SubstackArchive : ArchiveSystem
{
    private const string Posts = "posts.csv";

    public override string Name => "substack";
    public override string Title => "Substack";

    public override string? Recognise(ArchiveFiles files) =>
        files.FolderOf(Posts) is { } folder && files.All.Any(entry => entry.Name.StartsWith($"{folder}posts/", StringComparison.Ordinal))
            ? "it has posts.csv and a folder posts" : null;

    public override IEnumerable<ArchiveItem> Read(ArchiveFiles files)
    {
        var folder = files.FolderOf(Posts)!;
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in Rows(files.Find(folder + Posts)!))
        {
            var id = row.GetValueOrDefault("post_id", "").Trim();
            if (id.Length == 0)
                continue;
            var name = $"{folder}posts/{id}.html";
            listed.Add(name);
            yield return Guarded($"posts/{id}.html", () => Read(row, id, files.Find(name)));
        }
        foreach (var entry in files.All)
            if (entry.Name.StartsWith($"{folder}posts/", StringComparison.Ordinal)
                && entry.Name.EndsWith(".html", StringComparison.OrdinalIgnoreCase) && !listed.Contains(entry.Name))
                yield return new ArchiveItem.Refused(entry.Name[folder.Length..],
                    $"{Posts} has no line about it, so nothing says when it went out, and to whom. Export it again.");
    }

    private static ArchiveItem Read(Dictionary<string, string> row, string id, ArchiveEntry? file)
    {
        string Cell(string name) => row.GetValueOrDefault(name, "").Trim();
        var entry = $"posts/{id}.html";
        if (Cell("type") is not ("newsletter" or "podcast" or "video" or "") and var type)
            return new ArchiveItem.Skipped(entry, $"its type is {type}, so it isn't an issue");
        if (file is null)
            return new ArchiveItem.Refused(entry, $"it is in {Posts}, but its file isn't in the export. Export it again.");
        var number = id.Split('.', 2)[0];
        var slug = id.Contains('.', StringComparison.Ordinal) ? id.Split('.', 2)[1] : "";
        var isPublished = Cell("is_published").Equals("true", StringComparison.OrdinalIgnoreCase);
        var audience = Cell("audience");
        var isForAll = audience is "everyone" or "";
        var podcast = Cell("podcast_url");
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = number,
            Title = Words(Cell("title")),
            Slug = slug,
            Preheader = Words(Cell("subtitle")),
            Standing = !isPublished ? PastStanding.Draft : isForAll ? PastStanding.Published : PastStanding.HeldBack,
            Why = !isPublished || isForAll ? null : $"On Substack this was only for some readers ({audience}). It is held back: nobody was "
                + "mailed it from here, and it is not in the archive. Sending it mails it to everybody.",
            At = PastDate.Read(Cell("post_date")) ?? PastDate.Read(Cell("email_sent_at")),
            Content = (podcast.StartsWith("https://", StringComparison.Ordinal) ? $"<audio src=\"{podcast}\"></audio>" : "")
                + file.ReadText(),
            Form = ContentForm.Html,
            HasPaywall = true,
            OldPaths = slug.Length > 0 ? [$"/p/{slug}"] : [],
        });
    }
}
