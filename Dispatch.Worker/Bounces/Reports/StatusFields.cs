using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// Reads the groups of fields in a delivery status (RFC 3464 §2, RFC 6533 §3) or a feedback report (RFC 5965 §3). Tolerates what mail
/// servers and gateways do to them: lost indentation, missing blank lines, repeated fields (the first one counts), comments and odd
/// capitalization.
/// </summary>
internal static partial class StatusFields
{
    private const int MostGroups = 500;

    /// <summary>Returns the groups in order. Each is a dictionary of fields, whose names ignore case.</summary>
    public static List<Dictionary<string, string>> Read(string text)
    {
        var groups = new List<Dictionary<string, string>>();
        Dictionary<string, string>? group = null;
        string? last = null;
        foreach (var line in text.EnumerateLines())
        {
            if (groups.Count >= MostGroups)
                break;
            if (line.IsWhiteSpace())
            {
                (group, last) = (null, null);
                continue;
            }
            var colon = NameEnd(line);
            if (colon < 0 || line[0] is ' ' or '\t')
            {
                if (group is not null && last is not null && group[last].Length < 4000)
                    group[last] += $" {line.Trim()}";
                continue;
            }
            var (name, value) = (line[..colon].Trim().ToString(), line[(colon + 1)..].Trim().ToString());
            if (group is null || (BeginsRecipient(name) && group.ContainsKey(name)))
                groups.Add(group = new(StringComparer.OrdinalIgnoreCase));
            last = group.TryAdd(name, value) ? name : null;
        }
        return groups;
    }

    /// <summary>Returns the mailbox in a field such as <c>rfc822; ana@example.org</c>, or null if there is none.</summary>
    public static string? Mailbox(string? value)
    {
        if (value is null)
            return null;
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var type = semicolon < 0 ? "" : value[..semicolon].Trim();
        var address = (semicolon < 0 ? value : value[(semicolon + 1)..]).Trim();
        // RFC 6533 §3 writes other characters as \x{HEX}, and RFC 3461 §4.2 writes them as xtext in an Original-Recipient.
        address = Escaped().Replace(address, match => Character(match.Groups[1].Value) ?? match.Value);
        if (type.Equals("x400", StringComparison.OrdinalIgnoreCase))
            address = X400().Match(address) is { Success: true } inner
                ? inner.Groups[1].Value.Replace("(a)", "@", StringComparison.OrdinalIgnoreCase) : address;
        if (MailAddresses.First(address) is not { } found)
            return null;
        return XText().Replace(found, match => Character(match.Groups[1].Value) ?? match.Value);
    }

    // Returns the end of the field's name (RFC 5322 §3.6.8), or -1 if the line isn't a field.
    private static int NameEnd(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        if (colon is < 2 or > 60)
            return -1;
        foreach (var sign in line[..colon].TrimEnd())
            if (!char.IsAsciiLetterOrDigit(sign) && sign is not '-' and not '_')
                return -1;
        return colon;
    }

    private static bool BeginsRecipient(string name) =>
        name.Equals("Final-Recipient", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Original-Recipient", StringComparison.OrdinalIgnoreCase);

    private static string? Character(string hex) =>
        int.TryParse(hex, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
        && System.Text.Rune.IsValid(code) && code >= 32 ? char.ConvertFromUtf32(code) : null;

    [GeneratedRegex(@"\\x\{([0-9A-Fa-f]{1,6})\}")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\+(2B|3D)(?=[^@]*@)")]
    private static partial Regex XText();

    [GeneratedRegex(@"RFC-?822=([^/;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex X400();
}
