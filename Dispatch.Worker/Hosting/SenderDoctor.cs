using System.Net;
using System.Runtime.CompilerServices;
using Dispatch.Worker.Dns;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Signing;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Examines what receivers will think of the sender: the signatures and their keys in DNS, SPF for the envelope's domain, DMARC for each
/// From domain, and the relays' names. A published key that is not ours is a failure, because an invalid signature on every message is
/// worse than none. All other findings are warnings.
/// </summary>
public sealed class SenderDoctor(DkimSigners signers, IOptions<MailSettings> mail, DataFolder data, MailDns dns)
{
    /// <param name="senders">The newsletters' slugs and From domains.</param>
    /// <param name="cancel">Ends the look-ups.</param>
    public async IAsyncEnumerable<Finding> ExamineAsync(
        IReadOnlyList<(string Slug, string Domain)> senders, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var (signer, settings) in signers.All.Zip(mail.Value.Dkim))
        {
            if (Keeping(signer, settings) is { } keeping)
                yield return keeping;
            yield return await KeyAsync(signer, cancel);
        }
        var relays = mail.Value.AllRelays.Select(relay => RelayUrl.TryParse(relay.Url, out var url, out _) ? url : null)
            .OfType<RelayUrl>().Where(url => !url.IsPickup).ToList();
        if (relays.Count == 0)
            yield break; // with pickup relays only, nothing leaves this machine
        foreach (var (slug, domain) in senders.Where(sender => signers.For(sender.Domain).All.Count == 0))
            yield return new(FindingGrade.Warning, "dkim",
                $"{slug} is sent from {domain} without a signature of that domain: set Mail:Dkim:{signers.All.Count}:Domain, Selector and "
                    + "KeyFile");
        var domains = senders.Select(sender => sender.Domain).Where(IsPublic).Distinct().ToList();
        foreach (var domain in EnvelopeDomain() is { } envelope ? [envelope] : domains)
            yield return await SpfAsync(domain, cancel);
        foreach (var domain in domains)
            yield return await DmarcAsync(domain, cancel);
        foreach (var host in relays.Select(relay => relay.Host).Where(IsPublic).Distinct())
            yield return await PtrAsync(host, cancel);
    }

    private Finding? Keeping(DkimSigner signer, DkimSettings settings)
    {
        var path = data.PathTo(settings.KeyFile);
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
            return new(FindingGrade.Warning, "dkim",
                $"{path} can be read by other accounts, who could sign as {signer.Domain}: run chmod 600 on it");
        return signer.Key.IsShort
            ? new(FindingGrade.Warning, "dkim",
                $"{path} is an RSA key of fewer than 2048 bits, which some receivers no longer trust: create a longer one under a new "
                    + "selector")
            : null;
    }

    private async Task<Finding> KeyAsync(DkimSigner signer, CancellationToken cancel)
    {
        if (await dns.TextsAsync(signer.DnsName, cancel) is not { } texts)
            return Unanswered("dkim", signer.DnsName);
        var publish = $"publish the TXT record \"{signer.DnsRecord}\" there";
        if (texts.Count == 0)
            return new(FindingGrade.Warning, "dkim", $"{signer.DnsName} is not in DNS: {publish}");
        if (texts.Count > 1)
            return new(FindingGrade.Failed, "dkim",
                $"{signer.DnsName} has {texts.Count} TXT records, and receivers may use any of them: leave only \"{signer.DnsRecord}\"");
        // RFC 6376 §3.6.1: k= defaults to rsa, and white space in p= is ignored.
        var tags = Tags(texts[0]);
        return tags.GetValueOrDefault("k", "rsa") == signer.Key.Kind
            && string.Concat(tags.GetValueOrDefault("p", "").Split()) == Convert.ToBase64String(signer.Key.PublicKey.Span)
            ? new(FindingGrade.Ok, "dkim", $"{signer.DnsName}: the {signer.Key.Kind} key in DNS matches the one that signs")
            : new(FindingGrade.Failed, "dkim",
                $"{signer.DnsName} doesn't match the key that signs: {publish}, or set the KeyFile that belongs to it");
    }

    private async Task<Finding> SpfAsync(string domain, CancellationToken cancel)
    {
        if (await dns.TextsAsync(domain, cancel) is not { } texts)
            return Unanswered("spf", domain);
        var records = texts.Where(text => text == "v=spf1" || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase)).ToList();
        return records.Count switch
        {
            0 => new(FindingGrade.Warning, "spf",
                $"{domain} has no SPF record: publish the TXT record \"v=spf1 include:(your relay's) -all\" there"),
            1 => new(FindingGrade.Ok, "spf", $"{domain}: {records[0]}"),
            _ => new(FindingGrade.Failed, "spf",
                $"{domain} has {records.Count} SPF records, which is an error (RFC 7208 §3.2): leave one"),
        };
    }

    private async Task<Finding> DmarcAsync(string domain, CancellationToken cancel)
    {
        (DmarcRecord Record, string At)? found = null;
        foreach (var at in DmarcRecord.TreeWalk(domain))
        {
            if (await dns.TextsAsync($"_dmarc.{at}", cancel) is not { } texts)
                return Unanswered("dmarc", $"_dmarc.{at}");
            var records = DmarcRecord.In(texts);
            if (records.Count > 1)
                return new(FindingGrade.Failed, "dmarc",
                    $"_dmarc.{at} has {records.Count} DMARC records, and receivers ignore them all: leave one");
            if (records is not [var record])
                continue;
            // Without a record of its own, a domain has that of its organization: the domain with psd=n, the one below psd=y, or else the
            // highest one with a record. The record of a public suffix counts only if the organization has none.
            if (!record.IsPublicSuffix || at == domain || found is not { } below || below.At.Split('.').Length > at.Split('.').Length + 1)
                found = (record, at);
            if (at == domain || record.IsOrganization || record.IsPublicSuffix)
                break;
        }
        return found is { } policy ? Judge(policy.Record, policy.At, domain) : new(FindingGrade.Warning, "dmarc",
            $"{domain} has no DMARC record, which large receivers require: publish the TXT record \"v=DMARC1; p=none; rua=mailto:(your "
                + $"address)\" at _dmarc.{domain}");
    }

    private Finding Judge(DmarcRecord record, string at, string domain)
    {
        var aligned = signers.For(domain).All;
        if (record.IsStrictForDkim && aligned.Count > 0 && aligned.All(signer => signer.Domain != domain))
            return new(FindingGrade.Warning, "dmarc",
                $"_dmarc.{at} has adkim=s, so a signature of {aligned[0].Domain} does not count for {domain}: sign as {domain}");
        var faults = record.Faults(isOwn: at == domain).ToList();
        return faults.Count > 0
            ? new(FindingGrade.Warning, "dmarc", $"_dmarc.{at}, \"{record.Text}\": {string.Join("; ", faults)}")
            : new(FindingGrade.Ok, "dmarc", $"{domain}: {record.Text}");
    }

    private async Task<Finding> PtrAsync(string host, CancellationToken cancel)
    {
        if (await dns.AddressesAsync(host, cancel) is not { } addresses)
            return Unanswered("ptr", host);
        foreach (var address in addresses)
        {
            if (await dns.NamesAsync(address, cancel) is not { } names)
                return Unanswered("ptr", address.ToString());
            if (names.Count == 0)
                return new(FindingGrade.Warning, "ptr",
                    $"{address} of {host} has no name in DNS: if email is sent from it, ask its provider for a PTR record");
        }
        return addresses.Count > 0
            ? new(FindingGrade.Ok, "ptr", $"{host}: its addresses have names in DNS")
            : new(FindingGrade.Warning, "ptr", $"{host} has no IPv4 address in DNS");
    }

    private string? EnvelopeDomain() => mail.Value.BounceAddress is { Length: > 0 } address
        ? MailboxAddress.Parse(address).GetAddress(idnEncode: true).Split('@')[^1] : null;

    private static Finding Unanswered(string about, string name) =>
        new(FindingGrade.Warning, about, $"{name} could not be looked up: check the resolver, or set Dns:Servers:0");

    private static bool IsPublic(string host) =>
        host.Contains('.') && !IPAddress.TryParse(host, out _) && !host.EndsWith("localdomain", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> Tags(string record) =>
        record.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(tag => tag.Split('=', 2, StringSplitOptions.TrimEntries)).Where(tag => tag.Length == 2).GroupBy(tag => tag[0])
            .ToDictionary(tags => tags.Key, tags => tags.First()[1]);
}
