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
            [UnknownKeys().Match(OneLine(binding)) is { Success: true } unknown ? Words(unknown)
                : WrongType().Match(OneLine(binding)) is { Success: true } wrong ? Wrong(wrong) : OneLine(binding)],
        _ => [],
    };

    // Names the section instead of the class that the binder names, because people know the section.
    private static string Words(Match unknown)
    {
        var section = typeof(StartFaults).Assembly.GetType(unknown.Groups[1].Value)?.GetProperty(nameof(ISettings.Section))?.GetValue(null);
        return $"{(section is null ? "" : $"{section}: ")}there is no setting {unknown.Groups[2].Value}. Is it misspelled?";
    }

    // The binder says "Failed to convert configuration value 'banana' at 'Delivery:UndoFor' to type 'System.TimeSpan'", which names no
    // value that would be right. Within a list it says so only in the inner exception.
    private static string Wrong(Match wrong)
    {
        var (value, key, name) = (wrong.Groups["value"].Value, wrong.Groups["key"].Value, wrong.Groups["type"].Value);
        var type = Type.GetType(name) ?? AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(name))
            .FirstOrDefault(found => found is not null);
        return $"{key} is '{value}': {RightFor(type)}";
    }

    private static string RightFor(Type? type) => type switch
    {
        _ when type == typeof(TimeSpan) => "use a time span such as 00:01:00, a minute, or 1.00:00:00, a day",
        _ when type == typeof(bool) => "use true or false",
        _ when type == typeof(DateOnly) => "use a day such as 2026-12-02",
        _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => "use a time such as 2026-12-02T08:00:00Z",
        _ when type == typeof(TimeOnly) => "use a time of day such as 08:00",
        _ when type == typeof(Uri) => "use an address such as https://news.example.org",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "use a number such as 0.5",
        { IsEnum: true } => $"use one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type is { IsPrimitive: true } => "use a whole number such as 10",
        _ => "that can’t be read",
    };

    [GeneratedRegex(
        "Failed to convert configuration value '(?<value>.*)' at '(?<key>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex WrongType();

    [GeneratedRegex(@"properties were not found on the instance of (\S+): (.+)$")]
    private static partial Regex UnknownKeys();

    private static string OneLine(Exception fault) =>
        (fault.InnerException is null ? fault.Message : $"{fault.Message} {fault.InnerException.Message}").ReplaceLineEndings(" ");
}
