using Dispatch.Worker.Addresses;

namespace Dispatch.Worker.Signing;

/// <summary>One signature: for whom, under which name in DNS, and with which key.</summary>
public sealed class DkimSettings
{
    /// <summary>d=: the domain that vouches for the mail.</summary>
    public string Domain { get; set; } = "";

    /// <summary>s=: its public key is at <c>Selector._domainkey.Domain</c>.</summary>
    public string Selector { get; set; } = "";

    /// <summary>The private key in PEM; its type decides the signature's. A relative path is resolved against the data directory.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>What is wrong with it, each fault naming its key; the key file itself is read by <see cref="DkimKey.Read"/>.</summary>
    public IEnumerable<string> Faults(int index)
    {
        var key = $"Mail:Dkim:{index}";
        if (DomainName(Domain) is null)
            yield return $"{key}:Domain is '{Domain}': expected a domain, e.g. example.org";
        if (!IsSelector(Selector))
            yield return $"{key}:Selector is '{Selector}': expected letters, digits, hyphens and dots, e.g. dispatch1";
        if (string.IsNullOrWhiteSpace(KeyFile) || KeyFile.Contains('\0'))
            yield return $"{key}:KeyFile names no file: expected a private key in PEM, e.g. keys/dkim.pem";
    }

    /// <summary>The form used in DNS and in signatures, in lower case; null when it is not a domain.</summary>
    internal static string? DomainName(string text) => HostNames.Read(text, out var ascii, out _) is null ? ascii : null;

    // RFC 6376 §3.1: labels as in a host name; underscores are used too, and do no harm.
    private static bool IsSelector(string text) =>
        text.Length <= 190 && text.Split('.')
            .All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
