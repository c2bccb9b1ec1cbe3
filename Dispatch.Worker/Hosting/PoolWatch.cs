namespace Dispatch.Worker.Hosting;

/// <summary>
/// Gives the thread pool one more thread when it doesn't begin what is queued. On two cores the pool has at least two threads, and pages,
/// connections and mailing sometimes stood still for up to two seconds although the processor and the pool's threads were idle. Probably
/// a wake-up is lost: glibc before 2.41 has such a fault in condition variables (its bug 25847).
/// </summary>
public sealed class PoolWatch : IDisposable
{
    private const int MostExtra = 2;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(25), Patience = TimeSpan.FromMilliseconds(150);

    private readonly ManualResetEvent stopped = new(false);
    private readonly Thread thread;

    public PoolWatch()
    {
        thread = new(Watch) { Name = "pool watch", IsBackground = true };
        thread.Start();
    }

    public void Dispose()
    {
        stopped.Set();
        thread.Join();
        stopped.Dispose();
    }

    private void Watch()
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        var begun = new AutoResetEvent(false); // not disposed, because an item may set it later
        while (!stopped.WaitOne(Every))
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => begun.Set(), null);
            var extra = 0;
            while (WaitHandle.WaitAny([begun, stopped], Patience) == WaitHandle.WaitTimeout)
                if (extra < MostExtra)
                    ThreadPool.SetMinThreads(usual + ++extra, ports);
            if (extra > 0)
                ThreadPool.SetMinThreads(usual, ports);
        }
    }
}
