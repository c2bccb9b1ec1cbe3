using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Relays;

/// <summary>
/// A relay's address: <c>smtp://user:password@host:587?tls=starttls / required / none</c>, <c>smtps://host:465</c>, or
/// <c>pickup:FOLDER</c>. With <c>starttls</c> and <c>required</c>, a server must offer STARTTLS. Without <c>tls=</c>, it must do so only if
/// the address has a password. The text form leaves the password out.
/// </summary>
public sealed record RelayUrl
{
    private const string Encode =
        "has a character in its user name or password that has a meaning in a URL: write # as %23, ? as %3F, / as %2F, @ as %40, "
            + ": as %3A and % as %25";

    private static readonly SearchValues<char> Reserved = SearchValues.Create("#?/@\\[]<>\"^`{|} ");

    public bool IsPickup => Folder is not null;

    /// <summary>For pickup: the folder of the .eml files, relative to the data directory.</summary>
    public string? Folder { get; private init; }
    public string Host { get; private init; } = "";
    public int Port { get; private init; }
    public string? User { get; private init; }
    public string? Password { get; private init; }
    public RelayTls Tls { get; private init; }

    public static bool TryParse(string text, [NotNullWhen(true)] out RelayUrl? relay, [NotNullWhen(false)] out string? fault)
    {
        (relay, fault) = Read(text);
        return relay is not null;
    }

    public override string ToString() => IsPickup ? $"pickup:{Folder}"
        : $"{(Tls is RelayTls.Implicit ? "smtps" : "smtp")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    // In smtp://us#er:p/a?ss@host, a URL parser would take parts of the password for the host, the port and the options.
    private static bool MisreadsLogin(string text)
    {
        var begin = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (begin < 3 || text.LastIndexOf('@') is var end && end < begin)
            return false;
        var login = text[begin..end];
        for (var percent = login.IndexOf('%'); percent >= 0; percent = login.IndexOf('%', percent + 1))
            if (percent + 2 >= login.Length || !char.IsAsciiHexDigit(login[percent + 1]) || !char.IsAsciiHexDigit(login[percent + 2]))
                return true;
        return login.AsSpan().IndexOfAny(Reserved) >= 0;
    }

    // No error message repeats the address, since the address may contain a password.
    private static (RelayUrl?, string?) Read(string text)
    {
        if (text.StartsWith("pickup:", StringComparison.OrdinalIgnoreCase))
            return text.Length > 7 ? (new RelayUrl { Folder = text[7..] }, null) : (null, "names no folder: expected pickup:outbox");
        if (MisreadsLogin(text))
            return (null, Encode);
        if (UrlPorts.HasImpossible(text))
            return (null, "has a port above 65535: expected one from 1 to 65535");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return (null, "is not an address: expected smtp://, smtps:// or pickup:");
        if (url.Scheme is not ("smtp" or "smtps"))
            return (null, $"begins with {url.Scheme}: expected smtp://, smtps:// or pickup:");
        if (url.AbsolutePath.Length > 1 || url.Fragment.Length > 0)
            return (null, "has something after its host and port: only ?tls= is allowed there");
        var secure = url.Scheme == "smtps";
        // An attacker who removes STARTTLS from the relay's answer must not receive the password. So the password is sent in clear only
        // with tls=none.
        RelayTls? tls = secure ? RelayTls.Implicit : url.UserInfo.Length > 0 ? RelayTls.StartTls : RelayTls.WhenOffered;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!pair.StartsWith("tls=", StringComparison.Ordinal))
                // The option can't contain a password, since it comes after the last @.
                return (null, $"has the unknown option '{pair.Split('=')[0]}': expected tls");
            tls = (secure, pair[4..]) switch
            {
                (true, "required") => RelayTls.Implicit,
                (false, "starttls" or "required") => RelayTls.StartTls,
                (false, "none") => RelayTls.None,
                _ => null,
            };
            if (tls is null)
                return (null, $"has tls={pair[4..]}: expected starttls, required or none");
        }
        var login = url.UserInfo.Split(':', 2);
        if (login[0].Length > 0 && login.Length < 2)
            return (null, "names a user without a password: expected user:password@host");
        return (new RelayUrl
        {
            Host = url.IdnHost.Trim('[', ']'),
            Port = url.IsDefaultPort || url.Port <= 0 ? (secure ? 465 : 25) : url.Port,
            User = login[0].Length > 0 ? Uri.UnescapeDataString(login[0]) : null,
            Password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null,
            Tls = tls.Value,
        }, null);
    }
}

public enum RelayTls
{
    WhenOffered,
    StartTls,
    Implicit,
    None,
}
