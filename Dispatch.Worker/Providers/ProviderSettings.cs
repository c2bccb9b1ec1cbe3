using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Providers;

/// <summary>How mail providers are recognized, and when their refusals pause an issue.</summary>
public sealed class ProviderSettings : ISettings
{
    public static string Section => "Providers";

    /// <summary>An operator's file about providers, which overrides the built-in one. Empty for none.</summary>
    public string File { get; set; } = "";

    /// <summary>
    /// Whether to look up the mail exchangers of readers' domains in DNS, to find out which provider serves them. If not, providers are
    /// recognized by the domains of their mailboxes alone.
    /// </summary>
    public bool LookUpMx { get; set; } = true;

    /// <summary>
    /// The number of refusals in a row by one provider, all because of us and with one text, after which an issue pauses; 0 for never.
    /// </summary>
    public int InARow { get; set; } = 10;

    /// <summary>The share of messages that one provider refuses because of us at which an issue pauses; 0 for never, up to 1.</summary>
    public double Share { get; set; } = 0.3;

    /// <summary>The fewest refusals for which the share counts; 1 or more.</summary>
    public int ShareOf { get; set; } = 10;

    public IEnumerable<string> Faults()
    {
        if (InARow is < 0 or > 100_000)
            yield return $"{Section}:InARow is {InARow}: use 1 to 100000, e.g. 10, or 0 for never";
        if (Share is not (>= 0 and <= 1))
            yield return $"{Section}:Share is {Share}: use more than 0, up to 1, e.g. 0.3, or 0 for never";
        if (ShareOf < 1)
            yield return $"{Section}:ShareOf is {ShareOf}: use 1 or more, e.g. 10";
        if (File.Length > 0 && FileFault() is { } fault)
            yield return fault;
    }

    private string? FileFault()
    {
        try
        {
            new ProviderFile().AddFrom(File);
            return null;
        }
        catch (StartException fault)
        {
            return fault.Message;
        }
    }
}
