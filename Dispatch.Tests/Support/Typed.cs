using System.Reflection;
using System.Text;

namespace Dispatch.Tests.Support;

/// <summary>The program as ops type it, run in this process. What it says on stderr is its caller's alone: other tests run beside it.</summary>
internal static class Typed
{
    private static readonly AsyncLocal<StringWriter?> Heard = new();

    static Typed() => Console.SetError(new ToWhoeverTyped(Console.Error));

    /// <summary>Runs it to its end. Gives its exit code and the lines of its stderr.</summary>
    /// <exception cref="TimeoutException">It has not ended within two minutes.</exception>
    public static async Task<(int Exit, string Said)> RunAsync(params string[] line)
    {
        using var said = new StringWriter();
        Heard.Value = said;
        var main = typeof(Program).Assembly.EntryPoint!;
        var exit = await Task.Run(() => (int)main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [line], null)!).WaitAsync(TimeSpan.FromMinutes(2));
        return (exit, said.ToString().Trim());
    }

    private sealed class ToWhoeverTyped(TextWriter otherwise) : TextWriter
    {
        public override Encoding Encoding => otherwise.Encoding;

        public override void Write(char value) => (Heard.Value ?? otherwise).Write(value);

        public override void Write(string? value) => (Heard.Value ?? otherwise).Write(value);

        public override void WriteLine(string? value) => (Heard.Value ?? otherwise).WriteLine(value);
    }
}
