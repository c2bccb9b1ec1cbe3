using System.Reflection;
using System.Text;

namespace Dispatch.Tests.Support;

/// <summary>Runs the program in this process, as if ops had typed a command line. Each caller gets only its own output.</summary>
internal static class Typed
{
    private static readonly AsyncLocal<StringWriter?> Heard = new();
    private static readonly AsyncLocal<StringWriter?> Printed = new();

    static Typed()
    {
        Console.SetError(new ToWhoeverTyped(Console.Error, Heard));
        Console.SetOut(new ToWhoeverTyped(Console.Out, Printed));
    }

    /// <summary>Runs a command line and returns the exit code and stderr.</summary>
    /// <exception cref="TimeoutException">The program did not finish within two minutes.</exception>
    public static async Task<(int Exit, string Said)> RunAsync(params string[] line)
    {
        using var said = new StringWriter();
        Heard.Value = said;
        var main = typeof(Program).Assembly.EntryPoint!;
        var exit = await Task.Run(() => (int)main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [line], null)!)
            .WaitAsync(TimeSpan.FromMinutes(2));
        return (exit, said.ToString().Trim());
    }

    /// <summary>Runs a command line that must succeed, and returns the lines of stdout.</summary>
    public static async Task<string[]> PrintsAsync(params string[] line)
    {
        using var printed = new StringWriter();
        Printed.Value = printed;
        Assert.That(await RunAsync(line), Is.EqualTo((0, "")));
        return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private sealed class ToWhoeverTyped(TextWriter otherwise, AsyncLocal<StringWriter?> typed) : TextWriter
    {
        public override Encoding Encoding => otherwise.Encoding;

        public override void Write(char value) => (typed.Value ?? otherwise).Write(value);

        public override void Write(string? value) => (typed.Value ?? otherwise).Write(value);

        public override void WriteLine(string? value) => (typed.Value ?? otherwise).WriteLine(value);
    }
}
