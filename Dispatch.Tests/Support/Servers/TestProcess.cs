using System.Diagnostics;

namespace Dispatch.Tests.Support.Servers;

internal static class TestProcess
{
    /// <summary>Runs a program and returns its output. If the program fails, the test fails.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {said}");
        return said;
    }
}
