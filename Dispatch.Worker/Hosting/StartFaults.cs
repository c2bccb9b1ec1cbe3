using System.Text.RegularExpressions;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Distinguishes wrong settings from bugs in Dispatch. A wrong setting is reported in one plain line, a bug with its stack trace.
/// </summary>
public static partial class StartFaults
{
    public static IReadOnlyList<string> Of(Exception fault) => fault switch
    {
        StartException start => [start.Message],
        KeyRingException ring => [ring.Message],
        OptionsValidationException options => [.. options.Failures],
        AggregateException many => [.. many.InnerExceptions.SelectMany(Of)],
        // Thrown by the configuration binder for a value of the wrong type or a key that nothing reads. The message names the key and the
        // value.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding =>
            [UnknownKeys().Match(OneLine(binding)) is { Success: true } unknown ? Words(unknown) : OneLine(binding)],
        _ => [],
    };

    // Names the section instead of the class that the binder names, because people know the section.
    private static string Words(Match unknown)
    {
        var section = typeof(StartFaults).Assembly.GetType(unknown.Groups[1].Value)?.GetProperty(nameof(ISettings.Section))?.GetValue(null);
        return $"{(section is null ? "" : $"{section}: ")}there is no setting {unknown.Groups[2].Value}. Is it misspelled?";
    }

    [GeneratedRegex(@"properties were not found on the instance of (\S+): (.+)$")]
    private static partial Regex UnknownKeys();

    private static string OneLine(Exception fault) =>
        (fault.InnerException is null ? fault.Message : $"{fault.Message} {fault.InnerException.Message}").ReplaceLineEndings(" ");
}
