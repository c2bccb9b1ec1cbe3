namespace Dispatch.Worker.Dns;

/// <summary>A DMARC policy record (RFC 9989), as published in the TXT record at <c>_dmarc.example.com</c>.</summary>
public sealed class DmarcRecord
{
    private const string Version = "v=DMARC1";

    private static readonly string[] Policies = ["none", "quarantine", "reject"];

    // The tags of RFC 9989 that have a few known values.
    private static readonly (string Tag, string[] Values)[] Known =
    [
        ("p", Policies), ("sp", Policies), ("np", Policies), ("adkim", ["r", "s"]), ("aspf", ["r", "s"]), ("psd", ["y", "n", "u"]),
        ("t", ["y", "n"]),
    ];

    // RFC 7489 defined these; RFC 9989 dropped them.
    private static readonly (string Tag, string Instead)[] Dropped =
    [
        ("pct", "remove it; t=y asks receivers to hold the policy back"), ("ri", "remove it; reports come once a day"),
        ("rf", "remove it; there is one format of reports"),
    ];

    private readonly Dictionary<string, string> tags;

    private DmarcRecord(string text)
    {
        Text = text;
        tags = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(tag => tag.Split('=', 2, StringSplitOptions.TrimEntries)).Where(tag => tag.Length == 2)
            .GroupBy(tag => tag[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.First()[1], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The record as published.</summary>
    public string Text { get; }

    /// <summary>Whether a signature counts only if its domain is exactly that of From (adkim=s).</summary>
    public bool IsStrictForDkim => Is("adkim", "s");

    /// <summary>Whether the domain says that it is the organization's own, and nothing above it counts (psd=n).</summary>
    public bool IsOrganization => Is("psd", "n");

    /// <summary>Whether the domain is a public suffix, below which organizations register theirs (psd=y).</summary>
    public bool IsPublicSuffix => Is("psd", "y");

    /// <summary>Returns the DMARC records among the TXT records of a name. If there are several, receivers ignore them all.</summary>
    public static IReadOnlyList<DmarcRecord> In(IEnumerable<string> texts) =>
        [.. texts.Select(text => text.Trim()).Where(text => text.StartsWith(Version, StringComparison.Ordinal)
            && text[Version.Length..].TrimStart() is "" or [';', ..]).Select(text => new DmarcRecord(text))];

    /// <summary>
    /// Returns the domains at which a policy may be published for a domain, from the domain itself upwards. A name of more than eight
    /// labels is shortened to seven after the first, so that nobody's mail costs hundreds of queries.
    /// </summary>
    public static IEnumerable<string> TreeWalk(string domain)
    {
        var labels = domain.Split('.');
        yield return domain;
        for (var first = labels.Length > 8 ? labels.Length - 7 : 1; first < labels.Length; first++)
            yield return string.Join('.', labels[first..]);
    }

    /// <summary>Returns what receivers will not understand, and what the owner should know.</summary>
    /// <param name="isOwn">Whether the record is published at the domain that sends, and not above it.</param>
    public IEnumerable<string> Faults(bool isOwn)
    {
        if (!tags.ContainsKey("p"))
            yield return "it has no p=, which receivers take as p=none: add one";
        foreach (var (tag, values) in Known)
            if (tags.TryGetValue(tag, out var value) && !values.Contains(value, StringComparer.OrdinalIgnoreCase))
                yield return $"{tag}={value} is none of {string.Join(", ", values)}";
        foreach (var (tag, instead) in Dropped)
            if (tags.TryGetValue(tag, out var value))
                yield return $"{tag}={value} means nothing since RFC 9989: {instead}";
        if (Is("t", "y"))
            yield return "t=y asks receivers not to apply the policy yet: remove it once the reports are clean";
        if (isOwn && IsPublicSuffix)
            yield return "psd=y says that others register domains below it: remove it, unless they do";
    }

    private bool Is(string tag, string value) =>
        tags.TryGetValue(tag, out var found) && found.Equals(value, StringComparison.OrdinalIgnoreCase);
}
