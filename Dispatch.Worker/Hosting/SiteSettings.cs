namespace Dispatch.Worker.Hosting;

/// <summary>Where readers reach the site.</summary>
public sealed class SiteSettings : ISettings
{
    public static string Section => "Site";

    /// <summary>Base of every link in a mail.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary><see cref="PublicUrl"/> with exactly one slash at its end, so that relative links append to it.</summary>
    public Uri Url => new(PublicUrl.TrimEnd('/') + "/");

    public IEnumerable<string> Faults()
    {
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
            yield return $"Site:PublicUrl is '{PublicUrl}': expected an absolute http or https address without query, e.g. https://news.example.org";
    }
}

/// <summary>Whether this Api also does the worker's work.</summary>
public sealed class WorkerSettings : ISettings
{
    public static string Section => "Worker";

    public bool Embedded { get; set; } = true;

    public IEnumerable<string> Faults() => [];
}
