using System.Net;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Settings;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// Chooses the name that we give in EHLO. The machine's bare name is never used: RFC 5321 §4.1.1.1 demands a qualified name, and many
/// servers refuse anything else.
/// </summary>
/// <remarks>
/// A relay's own <c>HeloName</c> takes precedence over <c>Mail:HeloName</c>. If neither is set, the first usable host is taken from the
/// bounce address, the first newsletter's From and the site. Names that mean only this machine are skipped.
/// </remarks>
internal static class HeloNames
{
    /// <param name="relay">The relay to which the name is given.</param>
    /// <param name="mail">The settings for all relays.</param>
    /// <param name="from">The first newsletter's From, or null if there is none.</param>
    /// <param name="site">The site, whose host is the last choice.</param>
    /// <returns>The name, or null if none is known. EHLO then uses the connection's local address as a literal.</returns>
    public static string? Of(RelaySettings relay, MailSettings mail, string? from, SiteSettings site)
    {
        if ((relay.HeloName ?? mail.HeloName) is { Length: > 0 } given)
            return given;
        string?[] hosts = [DomainOf(mail.BounceAddress), DomainOf(from), site.Url.IdnHost];
        return hosts.Select(Qualified).FirstOrDefault(host => host is not null);
    }

    /// <summary>Returns what is wrong with a configured name, or null if nothing is.</summary>
    public static string? Fault(string? name) => name is null or "" || IsLiteral(name) || Qualified(name) is not null
        ? null
        : $"is '{name}': use this machine's full name, e.g. mail.example.org, or its address as [192.0.2.1]";

    private static bool IsLiteral(string name) =>
        name is ['[', .. var inside, ']']
        && IPAddress.TryParse(inside.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inside[5..] : inside, out _);

    private static string? Qualified(string? host) =>
        host is { Length: > 0 } && !IPAddress.TryParse(host.Trim('[', ']'), out _) && HostNames.Read(host, out var ascii, out _) is null
            && !ascii.EndsWith(".localhost", StringComparison.Ordinal) && !ascii.EndsWith(".localdomain", StringComparison.Ordinal)
            ? ascii : null;

    private static string? DomainOf(string? address) => MailboxAddress.TryParse(address ?? "", out var mailbox) ? mailbox.Domain : null;
}

/// <summary>The default sender, from which <see cref="HeloNames"/> can take a host.</summary>
/// <param name="From">A mailbox (RFC 5322 §3.4), or null if none is configured.</param>
public sealed record DefaultSender(string? From);
