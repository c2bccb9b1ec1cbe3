using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// One report an issue for all who look on from this process. It is kept for ten times as long as it took to count, five seconds at
/// most: so counting never takes more than a tenth of the database's time, and where the count is slow because the audience is large,
/// the report is a little older.
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
                // it failed for another; this one tries itself
            }
            catch when (found.Value.IsFaulted)
            {
                reports.TryRemove(new(issueId, found));
                throw;
            }
            reports.TryRemove(new(issueId, found));
        }
    }

    // Of nobody's request: whoever asked first may go away.
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
