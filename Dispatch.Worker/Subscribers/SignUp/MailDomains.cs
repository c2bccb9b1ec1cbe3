using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Dns;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>What is known about the domain of an address: whether it is disposable, and whether it accepts mail.</summary>
public sealed class MailDomains(IOptions<SubscriptionSettings> settings, IOptions<MailSettings> mail, DataFolder data, MailDns dns)
{
    // Reserved for tests and examples (RFC 2606, RFC 6761). DNS is not asked, because some of these domains have a null MX, yet rehearsals
    // use addresses in them.
    private static readonly string[] Reserved = ["test", "example", "invalid", "localhost", "example.com", "example.net", "example.org"];

    private readonly Lazy<HashSet<string>> disposable = new(
        () => [.. settings.Value.DisposableDomains.Select(Tidied), .. Lines(settings.Value.DisposableDomainsFile, data)]);

    /// <summary>Whether DNS is asked about the domains of sign-ups. Always false if all mail goes into a pickup folder.</summary>
    public bool AsksDns { get; } = settings.Value.LookUpMx && mail.Value.AllRelays.Any(
        relay => !RelayUrl.TryParse(relay.Url, out var url, out _) || !url.IsPickup);

    /// <summary>Returns whether the domain, or a domain above it, is listed as disposable.</summary>
    public bool IsDisposable(EmailAddress address) => Above(address.AsciiDomain).Any(disposable.Value.Contains);

    /// <summary>Returns whether the domain certainly accepts no mail. False if DNS is not asked.</summary>
    public async Task<bool> TakesNoMailAsync(EmailAddress address, CancellationToken cancel) =>
        AsksDns && !Above(address.AsciiDomain).Any(Reserved.Contains) && await dns.TakesNoMailAsync(address.AsciiDomain, cancel);

    /// <summary>Reads the file of disposable domains, so a wrong path is reported at startup and not at the first sign-up.</summary>
    public void Check() => _ = disposable.Value;

    private static IEnumerable<string> Lines(string file, DataFolder data)
    {
        if (file.Length == 0)
            return [];
        try
        {
            return [.. File.ReadLines(data.PathTo(file), Encoding.UTF8).Select(line => Tidied(line.Split('#')[0]))
                .Where(line => line.Length > 0)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"Subscriptions:DisposableDomainsFile: {data.PathTo(file)} can't be read ({fault.Message}). Expected a file with a domain "
                    + "on each line, e.g. /etc/dispatch/disposable.txt.", fault);
        }
    }

    private static string Tidied(string domain) => domain.Trim().TrimStart('@', '.').ToLowerInvariant();

    private static IEnumerable<string> Above(string domain)
    {
        for (var at = domain; ; at = at[(at.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            yield return at;
            if (!at.Contains('.', StringComparison.Ordinal))
                yield break;
        }
    }
}
