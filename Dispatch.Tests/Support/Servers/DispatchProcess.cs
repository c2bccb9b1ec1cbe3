using System.Diagnostics;

namespace Dispatch.Tests.Support.Servers;

/// <summary>A separate Dispatch process that a test can kill or suspend.</summary>
internal sealed class DispatchProcess : IAsyncDisposable
{
    // Longer than any test takes, so that a process that hangs fails its test. Long runs have no limit (DISPATCH_TEST_READERS).
    private static readonly TimeSpan Patience = Environment.GetEnvironmentVariable("DISPATCH_TEST_READERS") is null
        ? TimeSpan.FromMinutes(3) : Timeout.InfiniteTimeSpan;

    private readonly Process process;
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> said = [];
    private readonly List<(string Text, TaskCompletionSource Comes)> awaited = [];

    private DispatchProcess(string program, string[] waitFor, IEnumerable<(string Key, string Value)> settings, string[] words)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, program), .. words, .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["LC_ALL"] = "fa_IR.UTF-8"; // a locale with another calendar, which Dispatch must not use
        if (Environment.GetEnvironmentVariable("DISPATCH_TEST_READERS") is null)
            // Without these settings, .NET would spend most of a short run on optimizing code.
            foreach (var name in new[] { "TieredPGO", "TC_CallCounting" })
                (start.Environment["DOTNET_TieredCompilation"], start.Environment[$"DOTNET_{name}"]) = ("1", "0");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Hear(line.Data, waitFor);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, waitFor);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Completes when the process has written one of the expected texts or has ended.</summary>
    public Task Heard => WithinPatienceAsync(heard.Task);

    public string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said);
        }
    }

    /// <summary>Completes when the process has written this text or has ended.</summary>
    public Task Says(string text)
    {
        var comes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (said)
        {
            awaited.Add((text, comes));
            if (said.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                comes.TrySetResult();
        }
        return WithinPatienceAsync(comes.Task);
    }

    /// <param name="program">Either <c>Dispatch.Api.dll</c> or <c>Dispatch.Worker.dll</c>.</param>
    /// <param name="waitFor">The texts that <see cref="Heard"/> waits for. One of them is enough.</param>
    /// <param name="settings">The settings on the command line.</param>
    /// <param name="words">The verb and its options, if there is one.</param>
    public static DispatchProcess Start(
        string program, string[] waitFor, IEnumerable<(string Key, string Value)> settings, params string[] words) =>
        new(program, waitFor, settings, words);

    /// <summary>Kills the process as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Waits until the process has ended, and returns the exit code.</summary>
    public async Task<int> EndsAsync()
    {
        await WithinPatienceAsync(process.WaitForExitAsync());
        return process.ExitCode;
    }

    /// <summary>Sends a signal, such as STOP to suspend the process and CONT to resume it.</summary>
    public void Signal(string name) => TestProcess.Run("kill", $"-{name}", $"{process.Id}");

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        TestProcess.Run("kill", "-TERM", $"{process.Id}");
        return await EndsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private async Task WithinPatienceAsync(Task comes)
    {
        try
        {
            await Task.WhenAny(comes, process.WaitForExitAsync()).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"expected more from the process, got: {Said}");
        }
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
