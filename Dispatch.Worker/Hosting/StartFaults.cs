using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Distinguishes wrong settings, which are reported in one plain line each, from bugs of ours, which keep their stack trace.
/// </summary>
public static class StartFaults
{
    public static IReadOnlyList<string> Of(Exception fault) => fault switch
    {
        StartException start => [start.Message],
        KeyRingException ring => [ring.Message],
        OptionsValidationException options => [.. options.Failures],
        AggregateException many => [.. many.InnerExceptions.SelectMany(Of)],
        // Thrown by the configuration binder for a value of the wrong type or a key that nothing reads. The message names the key and the
        // value.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binding => [OneLine(binding)],
        _ => [],
    };

    private static string OneLine(Exception fault) =>
        (fault.InnerException is null ? fault.Message : $"{fault.Message} {fault.InnerException.Message}").ReplaceLineEndings(" ");
}
