using System.Text.RegularExpressions;

namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// Puts the desk's names for what can be chosen into sentences about an import, which name the options of the command line.
/// </summary>
internal static partial class ImportTerms
{
    public static string OnDesk(string sentence) => Option().Replace(sentence, option => option.Groups[1].Value switch
    {
        "status" => "“What the readers are”",
        "consent-date" => "“Day by which they had all agreed”",
        "send-confirmations" => "“Ask pending readers to confirm”",
        "encoding" => "“Encoding”, under More:",
        "map" => "“Columns”, under More:",
        "newsletter" => "“Newsletter”",
        "from" => "“System”",
        "old-site" => "“Old site”, under More:",
        "fetch-pictures" => "“Fetch pictures”, under More,",
        _ => option.Value,
    });

    [GeneratedRegex("--([a-z-]+[a-z])")]
    private static partial Regex Option();
}
