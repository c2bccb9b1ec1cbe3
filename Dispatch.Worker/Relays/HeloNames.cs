using System.Net;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Settings;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// What EHLO says. RFC 5321 §4.1.1.1 wants a qualified name, and many servers refuse anything else (Postfix's
/// reject_non_fqdn_helo_hostname; smtp-relay.gmail.com hangs up): so it is never the machine's bare name. A relay's own
/// <c>HeloName</c> goes before <c>Mail:HeloName</c>, that before the host of the bounce address, of the first newsletter's From and of the
/// site. Names that mean this machine alone are passed over; with none left it is an address literal.
/// </summary>
internal static class HeloNames
{
    /// <param name="relay">The relay that it is said to.</param>
    /// <param name="mail">What holds for all relays.</param>
    /// <param name="from">The first newsletter's From; null: there is none.</param>
    /// <param name="site">Where the pages are.</param>
    /// <returns>Null: none is known, so the address literal of the connection's own end.</returns>
    public static string? Of(RelaySettings relay, MailSettings mail, string? from, SiteSettings site)
    {
        if ((relay.HeloName ?? mail.HeloName) is { Length: > 0 } given)
            return given;
        string?[] hosts = [DomainOf(mail.BounceAddress), DomainOf(from), site.Url.IdnHost];
        return hosts.Select(Qualified).FirstOrDefault(host => host is not null);
    }

    /// <summary>What is wrong with a name that was set.</summary>
    public static string? Fault(string? name) => name is null or "" || IsLiteral(name) || Qualified(name) is not null
        ? null
        : $"is '{name}': expected this machine's full name, e.g. mail.example.org, or its address as [192.0.2.1]";

    private static bool IsLiteral(string name) =>
        name is ['[', .. var inside, ']']
        && IPAddress.TryParse(inside.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inside[5..] : inside, out _);

    private static string? Qualified(string? host) =>
        host is { Length: > 0 } && !IPAddress.TryParse(host.Trim('[', ']'), out _) && HostNames.Read(host, out var ascii, out _) is null
            && !ascii.EndsWith(".localhost", StringComparison.Ordinal) && !ascii.EndsWith(".localdomain", StringComparison.Ordinal)
            ? ascii : null;

    private static string? DomainOf(string? address) => MailboxAddress.TryParse(address ?? "", out var mailbox) ? mailbox.Domain : null;
}

/// <summary>In whose name mail goes out where nothing else says it: for <see cref="HeloNames"/>.</summary>
/// <param name="From">A mailbox (RFC 5322 §3.4); null: none is configured.</param>
public sealed record DefaultSender(string? From);
