namespace Dispatch.Worker.Database;

/// <summary>
/// Writes what many callers want written at the same time in groups, one group after the other. What arrives while one group is being
/// written forms the next, so that the callers share transactions instead of waiting for each other's. A group that fails is written again,
/// one item at a time, so that one item's failure is nobody else's.
/// </summary>
/// <param name="write">Writes a group. The items are durable when the task completes.</param>
/// <param name="largest">The most items in one group.</param>
internal sealed class GroupWriter<T>(Func<IReadOnlyList<T>, Task> write, int largest)
{
    private readonly Lock gate = new();
    private readonly Queue<(T Item, TaskCompletionSource Done)> waiting = [];
    private bool writing;

    /// <summary>Writes an item. The task completes when the item is durable, and fails as its own write failed.</summary>
    public Task WriteAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((item, done));
            if (writing)
                return done.Task;
            writing = true;
        }
        _ = Task.Run(WriteAllAsync);
        return done.Task;
    }

    private async Task WriteAllAsync()
    {
        while (Next() is { Count: > 0 } group)
            await WriteAsync(group);
    }

    private List<(T Item, TaskCompletionSource Done)> Next()
    {
        lock (gate)
        {
            var group = new List<(T, TaskCompletionSource)>(Math.Min(waiting.Count, largest));
            while (group.Count < largest && waiting.TryDequeue(out var next))
                group.Add(next);
            writing = group.Count > 0;
            return group;
        }
    }

    private async Task WriteAsync(List<(T Item, TaskCompletionSource Done)> group)
    {
        try
        {
            await write([.. group.Select(one => one.Item)]);
            foreach (var (_, done) in group)
                done.SetResult();
        }
        catch (Exception) when (group.Count > 1)
        {
            foreach (var one in group)
                await WriteAsync([one]);
        }
        catch (Exception fault)
        {
            group[0].Done.SetException(fault);
        }
    }
}
