using System.CommandLine;
using System.Globalization;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// The command line, split into settings for the configuration (<c>--Section:Key=value</c> or <c>--Section:Key value</c>) and words, which
/// are a verb and its options. A setting's key begins with an upper-case letter, a verb's option with a lower-case letter.
/// </summary>
public sealed record CommandLine(string[] Settings, string[] Words)
{
    private static readonly string[] TopLevel = ["urls", "contentRoot", "environment", "applicationName"];

    public static CommandLine Of(string[] args)
    {
        var (settings, words) = (new List<string>(), new List<string>());
        for (var index = 0; index < args.Length; index++)
        {
            var arg = args[index];
            if (!IsSetting(arg))
            {
                words.Add(arg);
                continue;
            }
            settings.Add(arg);
            if (!arg.Contains('=') && index + 1 < args.Length)
                settings.Add(args[++index]);
        }
        return new([.. settings], [.. words]);
    }

    /// <summary>
    /// Returns the arguments for a host that reads its settings only once. Otherwise the host would watch the current folder, and every
    /// write to a database there would wake the process.
    /// </summary>
    public static string[] ForHost(string[] settings) => [.. settings, "--hostBuilder:reloadConfigOnChange=false"];

    /// <summary>Makes this process independent of the server's language, calendar and digits. Call this first in a program.</summary>
    public static void UseInvariantCulture() =>
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    /// <summary>
    /// Runs the verb in the arguments, or <paramref name="serve"/> if there is none. Exit codes: 0 for success, 1 for a refusal or failure
    /// (told on stderr), 2 for a usage error.
    /// </summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="root">Makes the root command for the settings among the arguments.</param>
    /// <param name="serve">What the program does without a verb.</param>
    public static async Task<int> RunAsync(string[] args, Func<string[], RootCommand> root, Func<string[], Task> serve)
    {
        OwnFiles.FromNowOn();
        var typed = Of(args);
        try
        {
            if (typed.Words.Length == 0)
            {
                await serve(typed.Settings);
                return 0;
            }
            var parsed = root(typed.Settings).Parse(typed.Words);
            if (parsed.Errors.Count == 0)
                return await parsed.InvokeAsync(
                    new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message.ReplaceLineEndings(" "));
            return 2;
        }
        catch (Exception fault) when (StartFaults.Of(fault) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }

    private static bool IsSetting(string arg)
    {
        if (!arg.StartsWith("--", StringComparison.Ordinal))
            return false;
        var name = arg[2..].Split('=')[0];
        return name is [>= 'A' and <= 'Z', ..] || name.Contains(':') || TopLevel.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
