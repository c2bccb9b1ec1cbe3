using System.Text.Json.Serialization;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>What the person who imports past issues has chosen.</summary>
/// <param name="Newsletter">The slug of the newsletter for issues whose file names none, or null for the only one there is.</param>
/// <param name="From">The system's name, or null to detect it.</param>
public sealed record PastImportChoices(string? Newsletter = null, string? From = null)
{
    /// <summary>Whether nothing is to be stored.</summary>
    public bool IsDry { get; init; }

    /// <summary>The base address of the issues' old site, for links and pictures whose addresses have no host.</summary>
    public Uri? OldSite { get; init; }

    /// <summary>Parses the address of a site. Returns null if it isn't a web address.</summary>
    public static Uri? SiteOf(string address) => Uri.TryCreate(address.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var site)
        && site.Scheme is "http" or "https" ? site : null;

    /// <summary>The names of the systems that are known.</summary>
    public static IReadOnlyList<string> Systems { get; } =
        [.. Sources.ArchiveSystem.All.SelectMany(system => system.OtherNames.Prepend(system.Name))];

    /// <summary>The systems, each with the name that people know, for a list to choose from.</summary>
    public static IReadOnlyList<(string Name, string Title)> Titles { get; } =
        [.. Sources.ArchiveSystem.All.Select(system => (system.Name, system is Sources.MarkdownArchive
            ? "Markdown files: Dispatch, Jekyll, Hugo and others" : system.Title))];
}

/// <summary>What became of the entries of an archive.</summary>
/// <param name="System">What the archive was recognized as.</param>
/// <param name="Because">How it was recognized.</param>
public sealed record PastImportReport(string System, string Because)
{
    private readonly List<PastImportLine> lines = [];

    /// <summary>What became of each entry, in the archive's order.</summary>
    public IReadOnlyList<PastImportLine> Lines
    {
        get => lines;
        init => lines = [.. value];
    }

    /// <summary>How many files about who received or opened what were left unread.</summary>
    public int AboutReaders { get; init; }

    /// <summary>The number of pictures that were stored, and of those that could not be had.</summary>
    [JsonInclude]
    public int Pictures { get; internal set; }

    [JsonInclude]
    public int MissingPictures { get; internal set; }

    /// <summary>The number of old addresses that now lead to issues.</summary>
    [JsonInclude]
    public int Redirects { get; internal set; }

    /// <summary>The number of links that now lead to issues here.</summary>
    [JsonInclude]
    public int Links { get; internal set; }

    /// <summary>Sites that may be the old one.</summary>
    [JsonInclude]
    public IReadOnlyList<OtherSite> OtherSites { get; internal set; } = [];

    public int Count(PastImportFate fate) => lines.Count(line => line.Fate == fate);

    /// <summary>Returns the counts in the form that the command line reports.</summary>
    [JsonIgnore]
    public PastImportResult Result => new(Count(PastImportFate.Published), Count(PastImportFate.OffArchive), Count(PastImportFate.HeldBack),
        Count(PastImportFate.Draft), Count(PastImportFate.Completed), Count(PastImportFate.Unchanged), Count(PastImportFate.Skipped),
        Count(PastImportFate.Refused), Pictures, MissingPictures, Redirects)
    {
        Links = Links,
    };

    internal void Add(PastImportFate fate, string entry, string subject, string? day, IEnumerable<string> remarks) =>
        lines.Add(new(fate, entry, subject, day, [.. remarks]));
}

/// <summary>A site that was not named as the old one.</summary>
/// <param name="Site">Its address.</param>
/// <param name="Links">The number of links there whose paths are those of issues in the archive.</param>
public sealed record OtherSite(string Site, int Links);

/// <summary>What became of an entry.</summary>
/// <param name="Fate">What it is now.</param>
/// <param name="Entry">Where it is in the archive.</param>
/// <param name="Subject">The issue's subject, or an empty text.</param>
/// <param name="Day">The day on which it went out, in the newsletter's zone, or null.</param>
/// <param name="Remarks">What was left out, what is missing, and why, as sentences.</param>
public sealed record PastImportLine(PastImportFate Fate, string Entry, string Subject, string? Day, IReadOnlyList<string> Remarks);

/// <summary>What can become of an entry.</summary>
public enum PastImportFate
{
    Published,

    /// <summary>It was sent by mail alone, and is kept off the archive.</summary>
    OffArchive,

    /// <summary>It was for some readers only. It is a draft, and a person has to decide about it.</summary>
    HeldBack,
    Draft,

    /// <summary>It was imported before, and has now got pictures that were missing.</summary>
    Completed,

    /// <summary>It was imported before.</summary>
    Unchanged,
    Skipped,
    Refused,
}

/// <summary>The counts of an import of past issues.</summary>
public sealed record PastImportResult(int Published, int OffArchive, int HeldBack, int Drafts, int Completed, int Unchanged, int Skipped,
    int Refused, int Pictures, int MissingPictures, int Redirects)
{
    /// <summary>The number of links between issues that now lead to their pages here.</summary>
    public int Links { get; init; }
}
