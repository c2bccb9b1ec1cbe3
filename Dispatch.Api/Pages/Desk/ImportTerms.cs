using System.Text.RegularExpressions;

namespace Dispatch.Api.Pages.Desk;

/// <summary>Replaces the command line's option names in sentences about an import by the desk's names for them.</summary>
internal static partial class ImportTerms
{
    public static string OnDesk(string sentence) => Option().Replace(Apostrophes.Curl(sentence), option => option.Groups[1].Value switch
    {
        "status" => "“Status”",
        "consent-date" => "“Day by which they had all agreed”",
        "send-confirmations" => "“Ask pending readers to confirm”",
        "encoding" => "“Encoding”, under More:",
        "map" => "“Columns”, under More:",
        "newsletter" => "“Newsletter”",
        "from" => "“System”",
        "old-site" => "“Old site”",
        "fetch-pictures" => "“Fetch pictures” (under More)",
        _ => option.Value,
    });

    [GeneratedRegex("--([a-z-]+[a-z])")]
    private static partial Regex Option();
}
