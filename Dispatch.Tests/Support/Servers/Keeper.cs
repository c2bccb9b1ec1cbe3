using System.Diagnostics;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// Runs a shell script that starts a service, and stops the service when the script's standard input ends. That happens even if the test
/// process is killed, so no service outlives it.
/// </summary>
internal sealed class Keeper : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process shell;

    private Keeper(Process shell) => this.shell = shell;

    /// <summary>Starts the script and waits for the line <c>ready</c> on its standard output.</summary>
    /// <param name="script">A Bash script that prints <c>ready</c>, reads its standard input to the end, and then cleans up.</param>
    /// <param name="environment">The script's environment variables.</param>
    public static async Task<Keeper> StartAsync(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var shell = Process.Start(start)!;
        var said = shell.StandardError.ReadToEndAsync();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await shell.StandardOutput.ReadLineAsync(patience.Token) is { } line)
                if (line == "ready")
                    return new Keeper(shell);
            // What the script has started may still hold its standard error open.
            throw new InvalidOperationException($"expected the line 'ready', got: {await said.WaitAsync(patience.Token)}");
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
            throw new TimeoutException($"expected the line 'ready' within {Patience}");
        }
    }

    public void Dispose()
    {
        shell.StandardInput.Close();
        if (!shell.WaitForExit(TimeSpan.FromSeconds(30)))
            shell.Kill(entireProcessTree: true);
        shell.Dispose();
    }
}
