using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Providers;

/// <summary>What is known of mail providers, and when their refusals pause an issue.</summary>
public sealed class ProviderSettings : ISettings
{
    public static string Section => "Providers";

    /// <summary>A file of own words on providers, which go before the built-in ones. Empty for none.</summary>
    public string File { get; set; } = "";

    /// <summary>
    /// Whether DNS is asked for the mail exchangers of readers' domains, to find out which provider serves them. Without, providers are
    /// known by their mailboxes' domains alone.
    /// </summary>
    public bool LookUpMx { get; set; } = true;

    /// <summary>After how many refusals because of us in a row at one provider, with one text, an issue pauses; 0 for never.</summary>
    public int InARow { get; set; } = 10;

    /// <summary>From which share of refusals because of us at one provider on an issue pauses; 0 for never, up to 1.</summary>
    public double Share { get; set; } = 0.3;

    /// <summary>How many refusals the share has to be of, before it counts; 1 or more.</summary>
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
