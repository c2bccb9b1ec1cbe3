using System.ComponentModel;
using System.Globalization;
using System.Net;

namespace Dispatch.Worker.Settings;

/// <summary>The URL at which readers reach the site, and the proxies that their requests come through.</summary>
public sealed class SiteSettings : ISettings
{
    public static string Section => "Site";

    // A request for one of these may come with the path of PublicUrl before it or without.
    private static readonly string[] OwnPaths = ["address", "api", "confirm", "desk", "error", "health", "media", "metrics", "newsletters",
        "openapi", "ops", "preferences", "privacy", "subscribe", "unsubscribe"];

    /// <summary>
    /// The base of every link in a message: a scheme, a host, a port if it is not the default, and a path if the host serves other things,
    /// too.
    /// </summary>
    public string PublicUrl { get; set; } = "http://localhost:5080";

    /// <summary>
    /// The addresses and networks of trusted proxies, such as 10.0.0.0/8. If empty, X-Forwarded headers are never trusted.
    /// </summary>
    public ProxyList Proxies { get; set; } = [];

    /// <summary>
    /// <see cref="PublicUrl"/> with exactly one slash at the end, so relative links can be appended. Its host is in A-labels, because its
    /// links are also in header fields, and some mail programs open no others.
    /// </summary>
    public Uri Url
    {
        get
        {
            var url = new Uri(PublicUrl.TrimEnd('/') + "/");
            return url.Host == url.IdnHost || url.HostNameType is not UriHostNameType.Dns
                ? url
                : new UriBuilder(url) { Host = url.IdnHost }.Uri;
        }
    }

    /// <summary>Whether readers reach the site over HTTPS.</summary>
    public bool IsSecure => Url.Scheme == Uri.UriSchemeHttps;

    public IEnumerable<string> Faults()
    {
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
            yield return $"Site:PublicUrl is '{(PublicUrl.Contains('@') ? "…" : PublicUrl)}': use an absolute http or https address "
                + "without user or query, e.g. https://news.example.org";
        else if (OwnPaths.Contains(url.Segments.ElementAtOrDefault(1)?.TrimEnd('/')))
            yield return $"Site:PublicUrl is '{PublicUrl}': Dispatch uses that path itself; choose another, e.g. "
                + "https://news.example.org/letters";
        foreach (var proxy in Proxies.Where(proxy => !ProxyList.TryRead(proxy, out _)))
            yield return $"Site:Proxies has '{proxy}': use an address or a network, e.g. 127.0.0.1 or 10.0.0.0/8";
        foreach (var proxy in Proxies.Where(proxy => ProxyList.TryRead(proxy, out var network) && network.PrefixLength == 0))
            yield return $"Site:Proxies has '{proxy}', which is everybody: name the proxy's own address or network, e.g. 10.0.0.0/8";
    }
}

/// <summary>
/// A list of addresses and networks. In the configuration, each entry has its own key, or all entries are in one value, separated by commas
/// or spaces.
/// </summary>
[TypeConverter(typeof(OneValue))]
public sealed class ProxyList : List<string>
{
    /// <summary>The networks in the list. A single address becomes a network of one address.</summary>
    public IEnumerable<IPNetwork> Networks => this.Select(proxy => TryRead(proxy, out var network) ? network
        : throw new FormatException("expected an address or a network"));

    /// <summary>Parses an address, or a network in CIDR notation.</summary>
    public static bool TryRead(string text, out IPNetwork network)
    {
        if (text.Contains('/'))
            return IPNetwork.TryParse(text, out network);
        network = default;
        if (!IPAddress.TryParse(text, out var address))
            return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    public override string ToString() => string.Join(", ", this);

    private sealed class OneValue : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
        {
            ProxyList proxies = [];
            proxies.AddRange(((string)value)
                .Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            return proxies;
        }
    }
}

/// <summary>Whether Dispatch.Api also runs the worker.</summary>
public sealed class WorkerSettings : ISettings
{
    public static string Section => "Worker";

    public bool Embedded { get; set; } = true;

    public IEnumerable<string> Faults() => [];
}
