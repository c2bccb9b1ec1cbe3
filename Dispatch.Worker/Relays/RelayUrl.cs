using System.Diagnostics.CodeAnalysis;

namespace Dispatch.Worker.Relays;

/// <summary>
/// A relay's address: <c>smtp://user:password@host:587?tls=starttls / required / none</c>, <c>smtps://host:465</c>, or <c>pickup:FOLDER</c>.
/// Without <c>tls=</c>, smtp uses STARTTLS where the server offers it; <c>starttls</c> and <c>required</c> refuse a server that doesn't.
/// Its text form leaves the password out.
/// </summary>
public sealed record RelayUrl
{
    public bool IsPickup => Folder is not null;

    /// <summary>For pickup: where the .eml files go; relative to the data directory.</summary>
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

    public override string ToString() => IsPickup ? $"pickup:{Folder}" : $"{(Tls is RelayTls.Implicit ? "smtps" : "smtp")}://{Host}:{Port}";

    // The text is never repeated in a fault: it may hold a password.
    private static (RelayUrl?, string?) Read(string text)
    {
        if (text.StartsWith("pickup:", StringComparison.OrdinalIgnoreCase))
            return text.Length > 7 ? (new RelayUrl { Folder = text[7..] }, null) : (null, "names no folder: expected pickup:outbox");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return (null, "is not an address: expected smtp://, smtps:// or pickup:");
        if (url.Scheme is not ("smtp" or "smtps"))
            return (null, $"begins with {url.Scheme}: expected smtp://, smtps:// or pickup:");
        var secure = url.Scheme == "smtps";
        RelayTls? tls = secure ? RelayTls.Implicit : RelayTls.WhenOffered;
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!pair.StartsWith("tls=", StringComparison.Ordinal))
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
