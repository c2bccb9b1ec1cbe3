namespace Dispatch.Worker.Hosting;

/// <summary>A progress bar on stderr, because stdout must contain only the result. Shown only on a terminal.</summary>
public sealed class ProgressBar : IDisposable
{
    private const int Width = 40;
    private bool shown;

    public void Show(string what, int done, int of)
    {
        if (Console.IsErrorRedirected)
            return;
        var filled = of == 0 ? Width : (int)((long)done * Width / of);
        Console.Error.Write($"\r{what,-10} [{new string('#', filled)}{new string('.', Width - filled)}] {done:N0} of {of:N0} ");
        shown = true;
    }

    /// <summary>Ends the line, so that other output follows below it.</summary>
    public void Dispose()
    {
        if (shown)
            Console.Error.WriteLine();
        shown = false;
    }
}
