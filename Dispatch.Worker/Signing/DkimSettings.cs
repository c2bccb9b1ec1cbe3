using Dispatch.Worker.Addresses;

namespace Dispatch.Worker.Signing;

/// <summary>The settings of one DKIM signature: the signing domain, the selector and the private key.</summary>
public sealed class DkimSettings
{
    /// <summary>d=: the signing domain.</summary>
    public string Domain { get; set; } = "";

    /// <summary>s=: the name of the key. The public key is published at <c>Selector._domainkey.Domain</c>.</summary>
    public string Selector { get; set; } = "";

    /// <summary>
    /// The private key's file, in PEM. A relative path is resolved against the data directory. The key's type decides the signature's
    /// algorithm.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// Returns what is wrong with the settings, each fault with its setting's name. The key file is checked by <see cref="DkimKey.Read"/>.
    /// </summary>
    public IEnumerable<string> Faults(int index)
    {
        var key = $"Mail:Dkim:{index}";
        if (DomainName(Domain) is null)
            yield return $"{key}:Domain is '{Domain}': use a domain, e.g. example.org";
        if (!IsSelector(Selector))
            yield return $"{key}:Selector is '{Selector}': use letters, digits, hyphens and dots, e.g. dispatch1";
        if (string.IsNullOrWhiteSpace(KeyFile) || KeyFile.Contains('\0'))
            yield return $"{key}:KeyFile names no file: use a private key in PEM, e.g. keys/dkim.pem";
    }

    /// <summary>Returns a domain in ASCII and lower case, as in DNS and in signatures, or null if the text is not a domain.</summary>
    internal static string? DomainName(string text) => HostNames.Read(text, out var ascii, out _) is null ? ascii : null;

    // RFC 6376 §3.1: labels as in a host name. Underscores are also accepted, because some selectors have them.
    private static bool IsSelector(string text) =>
        text.Length <= 190 && text.Split('.')
            .All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
