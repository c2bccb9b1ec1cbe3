using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// Shares one report per issue among all who ask this process. A report is kept ten times as long as the count took, but at most five
/// seconds, so counting uses at most about a tenth of the database's time.
/// </summary>
public sealed class SharedReports(IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int TimesAsLong = 10;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, Lazy<Task<Counted>>> reports = [];

    public async Task<ProgressReport?> LookAsync(int issueId, CancellationToken cancel)
    {
        while (true)
        {
            var mine = new Lazy<Task<Counted>>(() => CountAsync(issueId));
            var found = reports.GetOrAdd(issueId, mine);
            try
            {
                var counted = await found.Value.WaitAsync(cancel);
                if (found == mine || clock.GetElapsedTime(counted.At) < counted.KeptFor)
                    return counted.Report;
            }
            catch when (found.Value.IsCompleted && found != mine)
            {
                // the count failed for another caller; this caller tries again
            }
            catch when (found.Value.IsFaulted)
            {
                reports.TryRemove(new(issueId, found));
                throw;
            }
            reports.TryRemove(new(issueId, found));
        }
    }

    // Not cancelled with the request that started it: other requests may be waiting for the same count.
    private async Task<Counted> CountAsync(int issueId)
    {
        var began = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<ProgressReports>().CountAsync(issueId, CancellationToken.None);
        var took = clock.GetElapsedTime(began) * TimesAsLong;
        return new Counted(report, clock.GetTimestamp(), took < AtMost ? took : AtMost);
    }

    private sealed record Counted(ProgressReport? Report, long At, TimeSpan KeptFor);
}
