namespace Dispatch.Templates.Layouts;

/// <summary>What stands around every mail: the masthead above its body and the footer below.</summary>
internal sealed record Layout
{
    public required string Masthead { get; init; }
    public string Description { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Date { get; init; } = "";
    public required string Language { get; init; }
    public Uri? IssueUrl { get; init; }
    public required Uri SiteUrl { get; init; }
    public required string PostalAddress { get; init; }

    /// <summary>Whether the reader has confirmed, and so can unsubscribe.</summary>
    public bool Subscribed { get; init; } = true;

    public string Direction => TextDirection.Of(Language);
    public string StartSide => Direction == "rtl" ? "right" : "left";
    public string EndSide => Direction == "rtl" ? "left" : "right";
    public string SiteHost => SiteUrl.IsDefaultPort ? SiteUrl.IdnHost : SiteUrl.Authority;
    public IReadOnlyList<string> PostalLines => PostalAddress.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
