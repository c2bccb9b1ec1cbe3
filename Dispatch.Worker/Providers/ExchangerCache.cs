using System.Collections.Concurrent;
using System.Threading.Channels;
using Dispatch.Worker.Dns;

namespace Dispatch.Worker.Providers;

/// <summary>
/// Finds the provider that serves a domain by the domain's mail exchangers, and keeps the answer in memory for a day. DNS is queried in the
/// background, a few domains at a time. Callers get what is known so far and never wait.
/// </summary>
public sealed class ExchangerCache(MailDns dns, TimeProvider clock) : IDisposable
{
    private const int MostDomains = 100_000;
    private const int AtOnce = 4;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>How soon DNS is queried again about a domain for which it gave no answer.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly Channel<(string Domain, Func<string, MailProvider?> Of)> asked =
        Channel.CreateBounded<(string, Func<string, MailProvider?>)>(10_000);
    private readonly CancellationTokenSource closing = new();
    private readonly Lock starting = new();
    private Task[] asking = [];

    /// <summary>Raised after each DNS query about a domain, whether it was answered or not.</summary>
    internal event Action<string>? Asked;

    /// <summary>Returns the provider that serves a domain. Null if it is not a known provider, or not known yet.</summary>
    /// <param name="domain">The domain, in lower case and ASCII.</param>
    /// <param name="ofExchanger">Finds the provider of a mail exchanger.</param>
    public MailProvider? Find(string domain, Func<string, MailProvider?> ofExchanger)
    {
        if (known.TryGetValue(domain, out var found) && clock.GetTimestamp() < found.Until)
            return found.Provider;
        // The old answer counts until there is a new one, and if the queue is full.
        known[domain] = new(found?.Provider, Until(AgainAfter));
        Ask(domain, ofExchanger);
        return found?.Provider;
    }

    public void Dispose()
    {
        closing.Cancel();
        asked.Writer.TryComplete();
        Task.WaitAll(asking, TimeSpan.FromSeconds(5));
        closing.Dispose();
    }

    private void Ask(string domain, Func<string, MailProvider?> ofExchanger)
    {
        if (known.Count > MostDomains)
            known.Clear();
        if (!asked.Writer.TryWrite((domain, ofExchanger)) || asking.Length > 0)
            return;
        lock (starting)
            if (asking.Length == 0 && !closing.IsCancellationRequested)
                asking = [.. Enumerable.Range(0, AtOnce).Select(_ => Task.Run(AnswerAsync))];
    }

    private async Task AnswerAsync()
    {
        try
        {
            await foreach (var (domain, ofExchanger) in asked.Reader.ReadAllAsync(closing.Token))
            {
                if (await dns.ExchangersAsync(domain, closing.Token) is { } hosts)
                    known[domain] = new(hosts.Select(ofExchanger).FirstOrDefault(provider => provider is not null), Until(KeptFor));
                Asked?.Invoke(domain);
            }
        }
        catch (OperationCanceledException)
        {
            // The process is ending.
        }
    }

    private long Until(TimeSpan time) => clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);

    private sealed record Known(MailProvider? Provider, long Until);
}
