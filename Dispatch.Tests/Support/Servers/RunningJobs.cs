using System.Collections.Concurrent;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Support.Servers;

/// <summary>Replaces Hangfire's queue. Jobs are serialized as in Hangfire, and run in this process when the test asks for it.</summary>
internal sealed class RunningJobs(IServiceScopeFactory scopes, TimeProvider clock) : IBackgroundJobClient
{
    private readonly ConcurrentQueue<(InvocationData Data, DateTimeOffset From)> queue = new();
    private int count;

    /// <summary>All jobs so far with their arguments, as the dashboard would show them.</summary>
    public ConcurrentQueue<string> Names { get; } = new();

    public int Waiting => queue.Count;

    /// <summary>How many more jobs are accepted before queuing fails as if the process was killed. Null means no limit.</summary>
    public int? Takes { get; set; }

    public string Create(Job job, IState state)
    {
        if (Takes-- is 0)
            throw new OperationCanceledException("the process is killed");
        foreach (var argument in job.Args.OfType<string>())
            Assert.That(argument, Does.Not.Contain("@"), "a job's arguments are on the dashboard: no addresses there");
        Names.Enqueue(
            $"{job.Type.Name}.{job.Method.Name}({string.Join(", ", job.Args.Where(argument => argument is not CancellationToken))})");
        queue.Enqueue((InvocationData.SerializeJob(job), state is ScheduledState later ? new DateTimeOffset(later.EnqueueAt, TimeSpan.Zero)
            : DateTimeOffset.MinValue));
        return $"{Interlocked.Increment(ref count)}";
    }

    public bool ChangeState(string jobId, IState state, string expectedState) => true;

    /// <summary>Drops every job, as if the process had ended.</summary>
    public void Forget() => queue.Clear();

    /// <summary>Runs the queued jobs, except those scheduled for later, and returns how many ran.</summary>
    public async Task<int> RunAsync(CancellationToken stopping = default)
    {
        var ran = 0;
        for (var left = queue.Count; left > 0 && queue.TryDequeue(out var next); left--)
        {
            if (next.From > clock.GetUtcNow())
            {
                queue.Enqueue(next);
                continue;
            }
            try
            {
                await RunAsync(next.Data.DeserializeJob(), stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Hangfire aborts a job in the same way.
            }
            ran++;
        }
        return ran;
    }

    private async Task RunAsync(Job job, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var instance = job.Method.IsStatic ? null : ActivatorUtilities.GetServiceOrCreateInstance(scope.ServiceProvider, job.Type);
        var arguments = job.Method.GetParameters()
            .Zip(job.Args, (parameter, given) => parameter.ParameterType == typeof(CancellationToken) ? stopping : given).ToArray();
        if (job.Method.Invoke(instance, System.Reflection.BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task running)
            await running;
    }
}
