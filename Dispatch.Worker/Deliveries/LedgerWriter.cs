using System.Threading.Channels;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// Lets every connection commit its mail's outcome before it takes the next one, without a transaction for each: what the connections
/// hand in while one transaction runs goes together into the next. So a crash hides one mail a connection at most, and those
/// are the rows left in <see cref="DeliveryState.Claimed"/>.
/// While the database can't be reached, the connections wait here with their outcomes.
/// </summary>
public sealed class LedgerWriter(IDbContextFactory<DispatchDb> databases, TimeProvider clock, ILogger<LedgerWriter> log) : IAsyncDisposable
{
    private const int LargestGroup = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Request> requests = Channel.CreateUnbounded<Request>(new() { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly Lock starting = new();
    private Task? writing;

    /// <summary>Records what became of one mail and claims the next; either may be null. The answer is durable.</summary>
    public Task<ClaimAnswer> ExchangeAsync(Outcome? done, Claim? next)
    {
        if (done is null && next is null)
            return Task.FromResult(ClaimAnswer.Stop);
        lock (starting)
            writing ??= Task.Run(WriteAsync);
        var request = new Request(done, next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return requests.Writer.TryWrite(request) ? request.Answer.Task : Task.FromException<ClaimAnswer>(new ObjectDisposedException(nameof(LedgerWriter)));
    }

    public async ValueTask DisposeAsync()
    {
        requests.Writer.TryComplete();
        closing.CancelAfter(TimeSpan.FromSeconds(5));
        if (writing is not null)
            await writing;
        closing.Dispose();
    }

    private async Task WriteAsync()
    {
        var group = new List<Request>(LargestGroup);
        while (await requests.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && requests.Reader.TryRead(out var request))
                group.Add(request);
            await WriteAsync(group);
        }
    }

    private async Task WriteAsync(List<Request> group)
    {
        var outcomes = group.Where(request => request.Done is not null).Select(request => request.Done!).ToList();
        var claiming = group.Where(request => request.Next is not null).ToList();
        while (true)
        {
            try
            {
                await using var db = databases.CreateDbContext();
                var answers = await db.ExchangeAsync(outcomes, [.. claiming.Select(request => request.Next!)], clock.GetUtcNow());
                for (var index = 0; index < claiming.Count; index++)
                    claiming[index].Answer.SetResult(answers[index]);
                foreach (var request in group.Where(request => request.Next is null))
                    request.Answer.SetResult(ClaimAnswer.Stop);
                return;
            }
            catch (Exception fault) when (fault is System.Data.Common.DbException or IOException or TimeoutException)
            {
                // A commit whose answer was lost is repeated: outcomes come to the same, and a claim of ours that went through
                // finds its row claimed and is answered Stop; the next lease sorts it out.
                log.LogError(fault, "The ledger can't be written ({Outcomes} outcomes wait)", outcomes.Count);
                if (closing.IsCancellationRequested)
                {
                    foreach (var request in group)
                        request.Answer.TrySetException(fault);
                    return;
                }
                await Task.Delay(Pause, clock, closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (Exception fault)
            {
                // A fault of ours: whoever waits must hear of it, and the next group must not suffer.
                foreach (var request in group)
                    request.Answer.TrySetException(fault);
                return;
            }
        }
    }

    private sealed record Request(Outcome? Done, Claim? Next, TaskCompletionSource<ClaimAnswer> Answer);
}
