using System.Collections.Concurrent;
using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Dns;

/// <summary>
/// Looks up what DNS says about a sender, and whether a domain accepts mail. A result is null if DNS gave no answer in time, and empty if
/// no such record exists.
/// </summary>
public sealed class MailDns(IOptions<DnsSettings> settings, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long DNS may take while somebody waits for the response to a form.</summary>
    private static readonly TimeSpan ReadersPatience = TimeSpan.FromSeconds(1);

    // How long a resolver is left alone after it gave no answer. On a machine without DNS, every sign-up would otherwise take a second
    // longer. Silence about a domain that a reader typed doesn't count, because the domain's own servers may be the cause.
    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    /// <summary>After this many domains in a row gave no answer, the resolver is tested with a record that every resolver knows.</summary>
    private const int SilentInARow = 3;

    private const int MostSilentDomains = 1000;

    private readonly Lazy<LookupClient?> client = new(() => Client(settings.Value.EndPoints));
    private readonly ConcurrentDictionary<string, long> silentDomains = new();
    private long silentUntil = long.MinValue;
    private int silent;

    /// <summary>
    /// Returns the TXT records of a name, with the strings of each record joined (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2).
    /// </summary>
    public async Task<IReadOnlyList<string>?> TextsAsync(string name, CancellationToken cancel) =>
        (await AnswersAsync(dns => dns.QueryAsync(name, QueryType.TXT, cancellationToken: cancel)))?.OfType<TxtRecord>()
            .Select(record => string.Concat(record.Text)).ToList();

    public async Task<IReadOnlyList<IPAddress>?> AddressesAsync(string host, CancellationToken cancel) =>
        (await AnswersAsync(dns => dns.QueryAsync(host, QueryType.A, cancellationToken: cancel)))?.OfType<ARecord>()
            .Select(record => record.Address).ToList();

    public async Task<IReadOnlyList<string>?> NamesAsync(IPAddress address, CancellationToken cancel) =>
        (await AnswersAsync(dns => dns.QueryReverseAsync(address, cancel)))?.OfType<PtrRecord>()
            .Select(record => record.PtrDomainName.Value.TrimEnd('.')).ToList();

    /// <summary>Returns the hosts that accept a domain's mail by its MX records, the preferred one first, in lower case.</summary>
    public async Task<IReadOnlyList<string>?> ExchangersAsync(string domain, CancellationToken cancel) =>
        (await AnswersAsync(dns => dns.QueryAsync(domain, QueryType.MX, cancellationToken: cancel)))?.OfType<MxRecord>()
            .OrderBy(record => record.Preference).Select(record => record.Exchange.Value.TrimEnd('.').ToLowerInvariant()).ToList();

    /// <summary>
    /// Returns whether a domain certainly accepts no mail: the domain doesn't exist, or has a null MX (RFC 7505 section 3). A host without
    /// MX accepts mail itself (RFC 5321 section 5.1). Returns false if DNS gave no answer.
    /// </summary>
    public async Task<bool> TakesNoMailAsync(string domain, CancellationToken cancel)
    {
        if (silentDomains.TryGetValue(domain, out var until) && clock.GetTimestamp() < until)
            return false;
        if (await AskSoonAsync(domain, QueryType.MX, cancel) is { } asked)
        {
            Volatile.Write(ref silent, 0);
            return asked.Answer is { } answer
                && (DoesNotExist(answer) || answer.Answers.MxRecords().ToList() is [{ Exchange.Value: "." }]);
        }
        if (silentDomains.Count >= MostSilentDomains)
            silentDomains.Clear();
        silentDomains[domain] = InAWhile();
        if (Interlocked.Increment(ref silent) >= SilentInARow)
        {
            Volatile.Write(ref silent, 0);
            if (await AskSoonAsync(".", QueryType.NS, cancel) is null)
                LeaveAlone();
        }
        return false;
    }

    /// <summary>Asks DNS a question while a reader waits for the response to a form. Returns null if there was no answer in time.</summary>
    private async Task<Asked?> AskSoonAsync(string name, QueryType type, CancellationToken cancel)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        soon.CancelAfter(ReadersPatience);
        if (IsLeftAlone || client.Value is not { } dns)
            return new Asked(null);
        try
        {
            var answer = await dns.QueryAsync(name, type, cancellationToken: soon.Token);
            return new Asked(answer.HasError && !DoesNotExist(answer) ? null : answer);
        }
        catch (Exception fault) when (fault is OperationCanceledException or DnsResponseException && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<DnsResourceRecord>?> AnswersAsync(Func<LookupClient, Task<IDnsQueryResponse>> ask) =>
        (await AskAsync(ask))?.Answers;

    private async Task<IDnsQueryResponse?> AskAsync(Func<LookupClient, Task<IDnsQueryResponse>> ask)
    {
        if (IsLeftAlone || client.Value is not { } dns)
            return null;
        try
        {
            var answer = await ask(dns);
            return answer.HasError && !DoesNotExist(answer) ? null : answer;
        }
        catch (DnsResponseException)
        {
            LeaveAlone();
            return null;
        }
    }

    private bool IsLeftAlone => clock.GetTimestamp() < Volatile.Read(ref silentUntil);

    private void LeaveAlone() => Volatile.Write(ref silentUntil, InAWhile());

    private long InAWhile() => clock.GetTimestamp() + (long)(LeftAlone.TotalSeconds * clock.TimestampFrequency);

    private static bool DoesNotExist(IDnsQueryResponse answer) => answer.Header.ResponseCode is DnsHeaderResponseCode.NotExistentDomain;

    /// <summary>The resolver's answer. Null if the resolver failed, doesn't exist, or is not being asked for a while (LeftAlone).</summary>
    private sealed record Asked(IDnsQueryResponse? Answer);

    private static LookupClient? Client(IReadOnlyList<IPEndPoint> given)
    {
        var servers = given.Count > 0 ? [.. given.Select(server => (NameServer)server)]
            : NameServer.ResolveNameServers(fallbackToGooglePublicDns: false).ToArray();
        return servers.Length == 0 ? null
            : new LookupClient(new LookupClientOptions(servers) { Timeout = Patience, Retries = 1, UseCache = false });
    }
}
