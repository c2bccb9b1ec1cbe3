namespace Dispatch.Api.Hosting;

/// <summary>
/// What was typed, told apart: settings (<c>--Section:Key=value</c> or <c>--Section:Key value</c>, and the few keys without a section),
/// which are the configuration's, and the words of a verb, which are not. Keys begin with a capital, a verb's options don't.
/// </summary>
internal sealed record CommandLine(string[] Settings, string[] Words)
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

    private static bool IsSetting(string arg)
    {
        if (!arg.StartsWith("--", StringComparison.Ordinal))
            return false;
        var name = arg[2..].Split('=')[0];
        return name is [>= 'A' and <= 'Z', ..] || name.Contains(':') || TopLevel.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
