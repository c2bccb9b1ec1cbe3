using System.Net;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Settings;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// What EHLO says. RFC 5321 §4.1.1.1 wants a qualified name, and many servers refuse anything else (Postfix's
/// reject_non_fqdn_helo_hostname; smtp-relay.gmail.com hangs up), so it is never the machine's bare name. A relay's own <c>HeloName</c>
/// takes precedence over <c>Mail:HeloName</c>, then come the hosts of the bounce address, of the first newsletter's From and of the site.
/// Names that mean only this machine are skipped; if none is left, it is an address literal.
/// </summary>
internal static class HeloNames
{
    /// <param name="relay">The relay that receives it.</param>
    /// <param name="mail">What applies to all relays.</param>
    /// <param name="from">The first newsletter's From; null: there is none.</param>
    /// <param name="site">Where the pages are.</param>
    /// <returns>Null: none is known, so the address literal of the connection's local end is used.</returns>
    public static string? Of(RelaySettings relay, MailSettings mail, string? from, SiteSettings site)
    {
        if ((relay.HeloName ?? mail.HeloName) is { Length: > 0 } given)
            return given;
        string?[] hosts = [DomainOf(mail.BounceAddress), DomainOf(from), site.Url.IdnHost];
        return hosts.Select(Qualified).FirstOrDefault(host => host is not null);
    }

    /// <summary>What is wrong with a configured name.</summary>
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

/// <summary>The sender of mail where nothing else is configured: for <see cref="HeloNames"/>.</summary>
/// <param name="From">A mailbox (RFC 5322 §3.4); null: none is configured.</param>
public sealed record DefaultSender(string? From);
