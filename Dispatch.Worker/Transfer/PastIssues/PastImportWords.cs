using System.Globalization;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>Says in words what becomes of the issues of an archive.</summary>
public static class PastImportWords
{
    public static string Of(PastImportFate fate) => fate switch
    {
        PastImportFate.Published => "published",
        PastImportFate.OffArchive => "off the archive",
        PastImportFate.HeldBack => "held back (draft)",
        PastImportFate.Draft => "draft",
        PastImportFate.Completed => "pictures added",
        PastImportFate.Unchanged => "here already",
        PastImportFate.Skipped => "no issue",
        _ => "refused",
    };

    /// <summary>Returns the counts that aren't zero.</summary>
    public static IEnumerable<(string What, int Count)> Counts(PastImportReport report) => Enum.GetValues<PastImportFate>()
        .Select(fate => (Of(fate), report.Count(fate))).Append(("pictures", report.Pictures))
        .Append(("pictures missing", report.MissingPictures)).Append(("old addresses kept", report.Redirects))
        .Append(("links led to issues here", report.Links)).Where(count => count.Item2 > 0);

    /// <summary>Returns what a person should know about the whole archive.</summary>
    public static IEnumerable<string> Notes(PastImportReport report)
    {
        if (report.AboutReaders > 0)
            yield return $"{Number(report.AboutReaders)} files about readers were not opened: who gets issues, and who received or opened "
                + "what.";
        foreach (var (site, links) in report.OtherSites)
            yield return $"{Number(links)} {(links == 1 ? "link leads" : "links lead")} to {site}, to addresses that these issues had. If "
                + $"that is where they were, --old-site {site} leads such links to the issues here.";
    }

    /// <summary>Returns how an import ended.</summary>
    public static string End(PastImportReport report) => report.Result switch
    {
        { Published: 0, OffArchive: 0, HeldBack: 0, Drafts: 0, Completed: 0, Links: 0, Unchanged: > 0 } =>
            "Nothing changed. All of it was here already.",
        { Published: 0, OffArchive: 0, HeldBack: 0, Drafts: 0, Completed: 0, Links: 0 } => "Nothing changed.",
        _ => "The issues are here, and nobody was mailed.",
    };

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
