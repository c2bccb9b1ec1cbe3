using Dispatch.Worker.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// The readiness check of the disk. With a full disk, no sign-up is accepted and no message recorded. The check writes a little into the
/// data folder, at most every five seconds.
/// </summary>
public sealed class DiskHealth(DataFolder data, TimeProvider clock) : IHealthCheck, IDisposable
{
    private const int Little = 64 * 1024;

    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim one = new(1);
    private (DateTimeOffset At, bool HasRoom)? last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (last is not { } known || (now - known.At).Duration() >= GoodFor)
                last = known = (now, HasRoom(data));
            return known.HasRoom ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("the data folder can't be written; it may be full");
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Whether this process can write into the data folder, and there is room in it.</summary>
    internal static bool HasRoom(DataFolder data)
    {
        var path = data.PathTo($".room-{Environment.ProcessId}-{Guid.NewGuid():n}");
        try
        {
            // The file is deleted when its handle is closed, even if the process is killed.
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0,
                FileOptions.DeleteOnClose);
            file.Write(new byte[Little]);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
