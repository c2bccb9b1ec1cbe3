using System.Diagnostics;

namespace Dispatch.Tests.Support.Servers;

/// <summary>A Dispatch of its own, as ops start it: to be killed, and to be told to stop.</summary>
internal sealed class DispatchProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> said = [];
    private readonly List<(string Text, TaskCompletionSource Comes)> awaited = [];

    private DispatchProcess(string program, string[] waitFor, IEnumerable<(string Key, string Value)> settings)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, program), .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["LC_ALL"] = "fa_IR.UTF-8"; // a server whose own calendar is at 1405: no date that Dispatch writes may follow it
        if (Environment.GetEnvironmentVariable("DISPATCH_TEST_READERS") is null)
            // It lives for seconds, most of which would go into compiling well what runs a few times.
            foreach (var name in new[] { "TieredPGO", "TC_CallCounting" })
                (start.Environment["DOTNET_TieredCompilation"], start.Environment[$"DOTNET_{name}"]) = ("1", "0");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data, waitFor);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, waitFor);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Comes when it has said what was waited for, or has ended.</summary>
    public Task Heard => Task.WhenAny(heard.Task, process.WaitForExitAsync());

    public string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said);
        }
    }

    /// <summary>Comes when it says this, or has said it, or has ended.</summary>
    public Task Says(string text)
    {
        var comes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (said)
        {
            awaited.Add((text, comes));
            if (said.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                comes.TrySetResult();
        }
        return Task.WhenAny(comes.Task, process.WaitForExitAsync());
    }

    /// <param name="program"><c>Dispatch.Api.dll</c> or <c>Dispatch.Worker.dll</c>.</param>
    /// <param name="waitFor">One of these a line must hold for <see cref="Heard"/> to come.</param>
    /// <param name="settings">On its command line.</param>
    public static DispatchProcess Start(string program, string[] waitFor, IEnumerable<(string Key, string Value)> settings) =>
        new(program, waitFor, settings);

    /// <summary>As <c>kill -9</c> does it.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    /// <summary>STOP has it stand still where it is, CONT go on.</summary>
    public void Signal(string name) => TestProcess.Run("kill", $"-{name}", $"{process.Id}");

    /// <summary>SIGTERM. Gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        TestProcess.Run("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private void Hear(string? line, string[] waitFor)
    {
        if (line is null)
            return;
        lock (said)
        {
            said.Add(line);
            foreach (var (_, comes) in awaited.Where(one => line.Contains(one.Text, StringComparison.Ordinal)))
                comes.TrySetResult();
        }
        if (waitFor.Any(text => line.Contains(text, StringComparison.Ordinal)))
            heard.TrySetResult();
    }
}
