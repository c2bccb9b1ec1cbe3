using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.Reports;

namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>Finds enhanced status codes (RFC 3463) and reply codes (RFC 5321 §4.2) in servers' words.</summary>
internal static partial class Codes
{
    /// <summary>Returns the enhanced codes of failures in a text, in order. Version numbers and IP addresses don't count.</summary>
    public static IEnumerable<string> EnhancedIn(string text) =>
        Enhanced().Matches(text).Where(match => !Version().IsMatch(text[Math.Max(0, match.Index - 24)..match.Index]))
            .Select(match => match.Value).Distinct();

    /// <summary>Returns the first reply code of a failure in a text, or null if there is none.</summary>
    public static int? ReplyIn(string text) =>
        Reply().Match(text) is { Success: true } match ? int.Parse(match.ValueSpan, provider: null) : null;

    /// <summary>Returns the first code of either kind, or null if the text has none.</summary>
    public static string? FirstIn(string text) => EnhancedIn(text).FirstOrDefault() ?? ReplyIn(text)?.ToString(provider: null);

    [GeneratedRegex(@"(?<![\d.,\w-])[45]\.[0-7]\.\d{1,3}(?!\d|\.\d|\w)|(?<=[45]\d\d-)[45]\.[0-7]\.\d{1,3}(?!\d|\.\d|\w)",
        RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex Enhanced();

    // A version number follows a program's name.
    [GeneratedRegex(@"(?:\b(?:version|ver|v|release|build|mdaemon|sendmail|postfix|exim|qmail|imail|smtprs|mailer|server|service|smtp|"
        + @"esmtp|mta|"
        + @"exchange|domino|groupwise|program)[ :/(v]*|[A-Za-z]{3,}/)$", RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(
        @"(?<![\d.,#/:@\w-])(?:4(?:2[1-2]|3[0-2]|4[1-9]|5[0-9]|7[0-4])|5(?:0[0-4]|1[0-7]|2[0-5]|3[0-8]|4[0-2]|5[0-9]|6[0-9]|"
            + @"7[0-1]))(?=[\s\-:,;)\]]|$)"
            + @"(?![ -](?:bytes|kb|hours|days|minutes|seconds|messages))", RegexOptions.IgnoreCase, MatchTimeout.Milliseconds)]
    private static partial Regex Reply();
}
