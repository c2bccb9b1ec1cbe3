using Dispatch.Worker.Issues.Archive;

namespace Dispatch.Worker.Transfer.PastIssues.Links;

/// <summary>
/// Finds the links in past issues that lead to other past issues: links to the old site, links without a host, and links to a complete
/// address that the archive gives for an issue. A link to any other site is left alone even if its path matches, because other sites have
/// posts with the same name; <see cref="OtherSites"/> reports it.
/// </summary>
/// <param name="oldSite">The base address of the issues' old site, or null.</param>
/// <param name="site">The address of this site.</param>
internal sealed class OldLinks(Uri? oldSite, Uri site)
{
    private readonly HashSet<string> paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> whole = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Site, string Path), int> others = [];

    /// <summary>Notes an issue's old addresses, and where its links lead.</summary>
    public void Note(PastIssue past, IEnumerable<string> links)
    {
        foreach (var old in past.OldPaths)
            if (past.Standing is PastStanding.Published && OldAddress.Normalized(old) is { } path)
            {
                paths.Add(path);
                if (Web(old) is { } address)
                    whole.Add($"{Host(address)}{path}");
            }
        foreach (var link in links)
            if (Web(link) is { } address && OldAddress.Normalized(link) is { } path)
            {
                var target = (address.GetLeftPart(UriPartial.Authority), path);
                others[target] = others.GetValueOrDefault(target) + 1;
            }
    }

    /// <summary>Returns the other sites to which links lead whose paths are those of issues in the archive.</summary>
    public IReadOnlyList<OtherSite> OtherSites() => [.. others
        .Where(other => paths.Contains(other.Key.Path) && !CandidatesOf(other.Key.Site + other.Key.Path).Any())
        .GroupBy(other => other.Key.Site, other => other.Value).Select(group => new OtherSite(group.Key, group.Sum()))
        .OrderByDescending(other => other.Links).ThenBy(other => other.Site, StringComparer.Ordinal)];

    /// <summary>Returns the paths under which the target of a link may be stored, if it can be a past issue.</summary>
    public IEnumerable<string> CandidatesOf(string link)
    {
        if (OldAddress.Normalized(link) is not { } path)
            yield break;
        if (Web(link) is not { } address)
        {
            if (link.StartsWith('/') && !link.StartsWith("//", StringComparison.Ordinal))
                yield return Below(site, path);
        }
        else if (oldSite is not null && Host(address) == Host(oldSite))
        {
            yield return path;
            if (oldSite.AbsolutePath != "/")
                yield return Below(oldSite, path);
        }
        else if (Host(address) == Host(site))
            yield return Below(site, path);
        else if (whole.Contains($"{Host(address)}{path}"))
            yield return path;
    }

    private static Uri? Web(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var web) && web.Scheme is "http" or "https" ? web : null;

    private static string Host(Uri address) =>
        address.IdnHost.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? address.IdnHost[4..] : address.IdnHost;

    private static string Below(Uri top, string path) => path.StartsWith(top.AbsolutePath, StringComparison.Ordinal)
        ? path[(top.AbsolutePath.Length - 1)..] : path;
}
