using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dispatch.Worker.Database.Writing;

/// <summary>
/// Writes the items of many callers in groups, so the callers share transactions. Items that arrive while a group is being written form the
/// next group. After a group of several, the next one waits a moment for as many: a larger group costs little more than a small one, and
/// leaves the processor to others. If a group fails, its items are written one at a time, so a bad item affects no other. If SQLite is busy
/// for too long, the whole group fails, because each item would wait as long again.
/// </summary>
/// <param name="write">Writes a group. The items are durable when the task completes.</param>
/// <param name="largest">The maximum number of items in a group.</param>
internal sealed class GroupWriter<T>(Func<IReadOnlyList<T>, Task> write, int largest)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly Queue<(T Item, TaskCompletionSource Done)> waiting = [];
    private bool writing;
    private int wanted;
    private TaskCompletionSource? enough;

    /// <summary>Writes an item. The task completes when the item is durable, and fails if this item can't be written.</summary>
    public Task WriteAsync(T item)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((item, done));
            if (waiting.Count >= wanted)
                enough?.TrySetResult();
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
        {
            await WriteAsync(group);
            if (group.Count > 1)
                await Task.WhenAny(Enough(group.Count), Task.Delay(Moment));
        }
    }

    private Task Enough(int count)
    {
        lock (gate)
        {
            if (waiting.Count >= count)
                return Task.CompletedTask;
            (wanted, enough) = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
            return enough.Task;
        }
    }

    private List<(T Item, TaskCompletionSource Done)> Next()
    {
        lock (gate)
        {
            var group = new List<(T, TaskCompletionSource)>(Math.Min(waiting.Count, largest));
            while (group.Count < largest && waiting.TryDequeue(out var next))
                group.Add(next);
            (writing, enough) = (group.Count > 0, null);
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
        catch (Exception fault) when (group.Count > 1 && fault is not SqliteException { SqliteErrorCode: raw.SQLITE_BUSY })
        {
            foreach (var one in group)
                await WriteAsync([one]);
        }
        catch (Exception fault)
        {
            foreach (var (_, done) in group)
                done.SetException(fault);
        }
    }
}
