using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>Substack's export: a list of posts, and an HTML file for each. The files about who opened what are never read.</summary>
internal sealed class SubstackArchive() : ListedArchive("posts.csv", "posts", ".html", "post_id")
{
    public override string Name => "substack";
    public override string Title => "Substack";

    protected override ArchiveItem Read(Dictionary<string, string> row, string name, string entry, ArchiveEntry? file)
    {
        if (Cell(row, "type") is not ("newsletter" or "podcast" or "video" or "") and var type)
            return new ArchiveItem.Skipped(entry, $"its type is {type}, so it isn't an issue");
        if (file is null)
            return WithoutFile(entry);
        var number = name.Split('.', 2)[0];
        var slug = name.Contains('.', StringComparison.Ordinal) ? name.Split('.', 2)[1] : "";
        var isPublished = Cell(row, "is_published").Equals("true", StringComparison.OrdinalIgnoreCase);
        var audience = Cell(row, "audience");
        var isForAll = audience is "everyone" or "";
        var podcast = Cell(row, "podcast_url");
        return new ArchiveItem.Found(new PastIssue
        {
            Entry = entry,
            Key = number,
            Title = Words(Cell(row, "title")),
            Slug = slug,
            Preheader = Words(Cell(row, "subtitle")),
            Standing = !isPublished ? PastStanding.Draft : isForAll ? PastStanding.Published : PastStanding.HeldBack,
            Why = !isPublished || isForAll ? null : HeldBack(audience),
            At = PastDate.Read(Cell(row, "post_date")) ?? PastDate.Read(Cell(row, "email_sent_at")),
            Content = (podcast.StartsWith("https://", StringComparison.Ordinal) ? $"<audio src=\"{podcast}\"></audio>" : "")
                + file.ReadText(),
            Form = ContentForm.Html,
            HasPaywall = true,
            OldPaths = slug.Length > 0 ? [$"/p/{slug}"] : [],
        });
    }
}
