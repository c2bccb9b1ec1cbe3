using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Hangfire;
using Hangfire.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Runs Hangfire's servers, which run the jobs. They start after the process, so the first page need not wait for them. Few jobs run at a
/// time, since a single chunk already uses every connection to the relay.
/// </summary>
internal sealed class JobServers(
    RecurringJobs recurring, ReaderMailWake readers, JobStorage storage, JobActivator activator, IJobFilterProvider filters,
    ITimeZoneResolver zones, JobServersStart start, IHostApplicationLifetime lifetime, ILogger<JobServers> log) : BackgroundService
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        BackgroundJobServerHostedService[] servers = [];
        try
        {
            await StartedAsync(stopping.Token);
            await Task.Delay(start.After, stopping.Token);
            await AddJobsAsync(stopping.Token);
            servers =
            [
                Server("issues", workers: 4, "default"), Server("delivery", workers: 2),
                // A server of its own, so messages to individual readers and other jobs don't wait for each other.
                Server(ReaderMailWake.Queue, workers: 1),
            ];
            foreach (var server in servers)
                await server.StartAsync(CancellationToken.None);
            await Task.Delay(Timeout.InfiniteTimeSpan, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process is ending. Messages under way are finished and recorded.
        }
        await Task.WhenAll(servers.Select(server => server.StopAsync(CancellationToken.None)));
        foreach (var server in servers)
            server.Dispose();
    }

    private async Task StartedAsync(CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var whenStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancel);
    }

    private async Task AddJobsAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await recurring.AddAsync(cancel);
                await readers.ForgetQueuedAsync(cancel);
                return;
            }
            catch (Exception fault) when (TransientErrors.Is(fault))
            {
                log.LogError("The worker can't start, and will try again: {Fault}", fault.GetBaseException().Message);
                await Task.Delay(TryAgainAfter, cancel);
            }
        }
    }

    private BackgroundJobServerHostedService Server(string queue, int workers, params string[] also) => new(
        storage, new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{queue}",
            Queues = [queue, .. also],
            WorkerCount = workers,
            SchedulePollingInterval = TimeSpan.FromSeconds(1),
            StopTimeout = TimeSpan.FromSeconds(1),
            ShutdownTimeout = TimeSpan.FromSeconds(20), // time to finish and record the messages under way
            Activator = activator,
            FilterProvider = filters,
            TimeZoneResolver = zones,
        }, additionalProcesses: []);
}

/// <param name="After">How long the servers wait once the process has started.</param>
internal sealed record JobServersStart(TimeSpan After);
