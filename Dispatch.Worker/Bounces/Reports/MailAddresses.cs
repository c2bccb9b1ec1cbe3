using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>Finds addresses in text.</summary>
internal static partial class MailAddresses
{
    /// <summary>Returns the first address in a text, or null if there is none.</summary>
    public static string? First(string text) => All(text).Select(match => match.Address).FirstOrDefault();

    /// <summary>Returns all addresses in a text, each with its position.</summary>
    public static IEnumerable<(string Address, int Index, int Length)> All(string text)
    {
        foreach (Match match in Address().Matches(text))
        {
            var value = match.Value;
            // X.400 gateways write SMTP=ana@example.org, others SMTP:ana@example.org.
            var skip = Prefix().Match(value) is { Success: true } prefix ? prefix.Length : 0;
            skip += value[skip..].Length - value[skip..].TrimStart('\'', '.', '=', '*', '/', '`', '&', '-', '{', '|').Length;
            value = value[skip..].TrimEnd('.', '-');
            // An address with dots instead of letters, such as david...@example.org, has been masked.
            if (value.IndexOf('@', StringComparison.Ordinal) is > 0 and <= 64 && !value.Contains("...", StringComparison.Ordinal)
                && value.Length <= 254)
                yield return (value, match.Index + skip, value.Length);
        }
    }

    /// <summary>Whether the program that sent the report redacted the address.</summary>
    public static bool IsRedacted(string address)
    {
        var local = address[..Math.Max(0, address.LastIndexOf('@'))];
        return local.Contains('*') || Blacked().IsMatch(local);
    }

    [GeneratedRegex(@"[\p{L}\p{N}!#$%&'*+/=?^_`{|"
        + @"}~.-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}][\p{L}\p{N}\p{M}-]*",
        RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex Address();

    [GeneratedRegex(@"^[\p{L}=/&;]*?(?:smtp|rfc-?822|to|for|mailto|email|rcpt)=", RegexOptions.IgnoreCase)]
    private static partial Regex Prefix();

    [GeneratedRegex("redacted|anonymi[sz]ed|hidden|removed|^undisclosed", RegexOptions.IgnoreCase)]
    private static partial Regex Blacked();
}
