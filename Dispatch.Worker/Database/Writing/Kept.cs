namespace Dispatch.Worker.Database.Writing;

/// <summary>Keeps something that is costly to open from one use to the next, and opens it anew after a failure.</summary>
/// <param name="open">Opens it.</param>
internal sealed class Kept<T>(Func<T> open) : IDisposable where T : class, IDisposable
{
    private readonly Lock gate = new();
    private T? kept;
    private bool closed;

    /// <summary>Uses it, one caller at a time.</summary>
    /// <exception cref="ObjectDisposedException">It is closed for good.</exception>
    public void Use(Action<T> work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            try
            {
                work(kept ??= open());
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>Waits for the current use, and closes it for good.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Close();
        }
    }

    private void Close()
    {
        kept?.Dispose();
        kept = null;
    }
}
