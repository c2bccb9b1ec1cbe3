using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Hosting;

/// <summary>The few look-ups that tell how receivers see a sender. An answer is null when DNS gave none in time, empty when there is no such record.</summary>
public sealed class MailDns(IOptions<DnsSettings> settings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lazy<LookupClient?> client = new(() => Client(settings.Value.EndPoints));
    private volatile bool silent;

    /// <summary>The TXT records of a name, each with its strings put together (RFC 7208 §3.3, RFC 6376 §3.6.2.2).</summary>
    public async Task<IReadOnlyList<string>?> TextsAsync(string name, CancellationToken cancel) =>
        (await AskAsync(dns => dns.QueryAsync(name, QueryType.TXT, cancellationToken: cancel)))?.OfType<TxtRecord>().Select(record => string.Concat(record.Text)).ToList();

    public async Task<IReadOnlyList<IPAddress>?> AddressesAsync(string host, CancellationToken cancel) =>
        (await AskAsync(dns => dns.QueryAsync(host, QueryType.A, cancellationToken: cancel)))?.OfType<ARecord>().Select(record => record.Address).ToList();

    public async Task<IReadOnlyList<string>?> NamesAsync(IPAddress address, CancellationToken cancel) =>
        (await AskAsync(dns => dns.QueryReverseAsync(address, cancel)))?.OfType<PtrRecord>().Select(record => record.PtrDomainName.Value.TrimEnd('.')).ToList();

    // A resolver that left one question unanswered is not asked another: doctor should not take minutes on a machine without DNS.
    private async Task<IReadOnlyList<DnsResourceRecord>?> AskAsync(Func<LookupClient, Task<IDnsQueryResponse>> ask)
    {
        if (silent || client.Value is not { } dns)
            return null;
        try
        {
            var answer = await ask(dns);
            return answer.HasError && answer.Header.ResponseCode is not DnsHeaderResponseCode.NotExistentDomain ? null : answer.Answers;
        }
        catch (DnsResponseException)
        {
            silent = true;
            return null;
        }
    }

    private static LookupClient? Client(IReadOnlyList<IPEndPoint> given)
    {
        var servers = given.Count > 0 ? [.. given.Select(server => (NameServer)server)] : NameServer.ResolveNameServers(fallbackToGooglePublicDns: false).ToArray();
        return servers.Length == 0 ? null : new LookupClient(new LookupClientOptions(servers) { Timeout = Patience, Retries = 1, UseCache = false });
    }
}
