namespace Dispatch.Worker.Hosting;

/// <summary>A progress bar on stderr, because stdout must contain only the result. Shown only on a terminal.</summary>
public sealed class ProgressBar : IDisposable
{
    private const int Width = 40;
    private bool shown;

    /// <inheritdoc cref="Show(string, int, int, string)"/>
    public void Show(string what, int done, int of) => Show(what, done, of, "");

    /// <summary>Shows how far something has come.</summary>
    /// <param name="what">What is being done, in a word.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="of">How much there is to do.</param>
    /// <param name="unit">What is counted, such as <c>readers</c>.</param>
    public void Show(string what, int done, int of, string unit)
    {
        if (Console.IsErrorRedirected)
            return;
        var filled = of == 0 ? Width : (int)((long)done * Width / of);
        Console.Error.Write($"\r{what,-10} [{new string('#', filled)}{new string('.', Width - filled)}] {done:N0} of {of:N0} {unit} ");
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
