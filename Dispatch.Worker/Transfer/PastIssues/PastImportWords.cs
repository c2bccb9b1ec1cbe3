using Dispatch.Templates.Text;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>Describes in words what becomes of the issues in an archive.</summary>
public static class PastImportWords
{
    public static string Of(PastImportFate fate) => fate switch
    {
        PastImportFate.Published => "published",
        PastImportFate.OffArchive => "off the archive",
        PastImportFate.HeldBack => "held back (draft)",
        PastImportFate.Draft => "draft",
        PastImportFate.Completed => "pictures added",
        PastImportFate.Unchanged => "already here",
        PastImportFate.Skipped => "not an issue",
        _ => "refused",
    };

    /// <summary>Returns the counts that aren't zero.</summary>
    public static IEnumerable<(string What, int Count)> Counts(PastImportReport report) => Enum.GetValues<PastImportFate>()
        .Select(fate => (Of(fate), report.Count(fate))).Append(("pictures", report.Pictures))
        .Append(("pictures missing", report.MissingPictures)).Append(("old addresses kept", report.Redirects))
        .Append(("links to issues here", report.Links)).Where(count => count.Item2 > 0);

    /// <summary>Returns what a person should know about the whole archive.</summary>
    public static IEnumerable<string> Notes(PastImportReport report)
    {
        if (report.AboutReaders > 0)
            yield return $"Not opened: {Counted.Of(report.AboutReaders, "file")} about readers (who gets issues, and who opened what).";
        foreach (var (site, links) in report.OtherSites)
            yield return $"{Counted.Of(links, "link")} to {site} {(links == 1 ? "has" : "have")} the path of an issue here. If that is "
                + $"where the issues were, set --old-site to {site}, and such links lead to the issues here.";
    }

    /// <summary>Returns how an import ended.</summary>
    public static string End(PastImportReport report) => report.Result switch
    {
        { Published: 0, OffArchive: 0, HeldBack: 0, Drafts: 0, Completed: 0, Links: 0, Unchanged: > 0 } =>
            "Nothing changed. Everything was here already.",
        { Published: 0, OffArchive: 0, HeldBack: 0, Drafts: 0, Completed: 0, Links: 0 } => "Nothing changed.",
        _ => "The issues are here, and nobody was emailed.",
    };
}
