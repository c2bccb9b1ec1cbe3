using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>Tells from a message's header who wrote it: a mail system, an answering program or a person.</summary>
internal static partial class Origins
{
    /// <summary>How much of a field is examined.</summary>
    private const int MostLetters = 4000;

    /// <summary>The fields in which mail servers record the envelope's recipient, the most reliable first.</summary>
    private static readonly string[] RecipientFields =
    [
        "X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Original-Recipient", "X-RCPT-TO",
            "Original-Recipient",
        "To", "Cc", "Apparently-To", "Resent-To", "X-Forwarded-To", "Received",
    ];

    private static readonly string[] EndFields = ["From", "Reply-To", "To", "Delivered-To", "Envelope-To"];

    /// <summary>Returns the addresses to which a message was delivered, each once.</summary>
    public static IReadOnlyList<string> DeliveredTo(HeaderList header)
    {
        var found = new List<string>();
        foreach (var field in RecipientFields)
            foreach (var line in header.Where(line => line.Field.Equals(field, StringComparison.OrdinalIgnoreCase)).Take(20))
            {
                var value = Value(line);
                if (field == "Received")
                {
                    if (ReceivedFor().Match(value) is not { Success: true } recipient)
                        continue;
                    value = recipient.Value;
                }
                foreach (var (address, _, _) in MailAddresses.All(value).Take(20))
                    if (!found.Contains(address, StringComparer.OrdinalIgnoreCase))
                        found.Add(address);
            }
        return found;
    }

    /// <summary>Returns the addresses of a report's sender and recipients.</summary>
    public static IReadOnlyList<string> Ends(HeaderList header) =>
        [.. EndFields
            .SelectMany(field => MailAddresses.All(Value(header, field) ?? "").Select(one => one.Address).Take(20))];

    /// <summary>Whether the envelope sender is known and empty.</summary>
    public static bool HasNullSender(HeaderList header) =>
        Value(header, "Return-Path") is { } path && path.Replace(" ", "", StringComparison.Ordinal) is "<>" or "";

    /// <summary>Whether a mail system is named in From: MAILER-DAEMON, postmaster, "Mail Delivery Subsystem" or nobody.</summary>
    public static bool IsMailSystem(HeaderList header)
    {
        // The domain says nothing: people write from smtp.example, too.
        var from = Domain().Replace(Folded.Of(Value(header, "From") ?? ""), "@");
        return from.Length == 0 || from.Contains("<>", StringComparison.Ordinal) || MailSystem().IsMatch(from);
    }

    /// <summary>
    /// Whether a person seems to have signed: From: has a name that is not a mail system's, and replies go to somebody. Postmasters are
    /// people, too.
    /// </summary>
    public static bool IsSignedByPerson(HeaderList header) => Value(header, "Return-Path") is not null && !HasNullSender(header)
        && Value(header, "From") is { } from && InternetAddressList.TryParse(from, out var list)
        && list.Mailboxes.Any(mailbox => mailbox.Name is { Length: > 0 } name && !MailSystem().IsMatch(Folded.Of(name)));

    /// <summary>Whether From: contains a name, as people's mail programs put there.</summary>
    public static bool HasName(HeaderList header) => Value(header, "From") is { } from
        && InternetAddressList.TryParse(from, out var list) && list.Mailboxes.Any(mailbox => mailbox.Name is { Length: > 0 });

    /// <summary>
    /// Whether a person seems to have written: somebody with a name, and neither a mail system nor nobody. People attach reports, and
    /// paste them into letters.
    /// </summary>
    public static bool IsByPerson(HeaderList header) => HasName(header) && !IsMailSystem(header) && !HasNullSender(header);

    /// <summary>
    /// Whether the receiving server found that DMARC fails. It adds its Authentication-Results at the top (RFC 8601 §4.1), and a line added
    /// by the sender can only speak against the message.
    /// </summary>
    public static bool IsForged(HeaderList header) =>
        Value(header, "Authentication-Results") is { } results && DmarcFails().IsMatch(results);

    /// <summary>Returns the sign of an automatic answer in the header, or null if there is none.</summary>
    public static string? AutoReplyMark(HeaderList header)
    {
        // RFC 3834 §5. Reports and newsletters are "auto-generated" too, so that value counts only together with other signs.
        if (Value(header, "Auto-Submitted") is { } submitted && !submitted.TrimStart().StartsWith("no", StringComparison.OrdinalIgnoreCase))
            return "Auto-Submitted";
        foreach (var field in (string[])["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply",
            "X-AutoReply-From",
            "X-Autogenerated", "X-Spam-Challenge", "X-Vacation", "X-FC-MachineGenerated", "X-POST-MessageClass", "Vacation"])
            if (Value(header, field) is { } value && !value.Trim().Equals("no", StringComparison.OrdinalIgnoreCase))
                return field;
        if (Value(header, "Precedence") is { } precedence && AutoPrecedence().IsMatch(precedence))
            return "Precedence";
        if (Value(header, "X-Auto-Response-Suppress") is not null && Value(header, "X-MS-Exchange-Inbox-Rules-Loop") is not null)
            return "X-MS-Exchange-Inbox-Rules-Loop";
        return null;
    }

    /// <summary>Returns the Message-IDs that a message replies to, the closest first.</summary>
    public static IReadOnlyList<string> Answers(HeaderList header) =>
    [
        .. MessageIds(Value(header, "In-Reply-To")), .. MessageIds(Value(header, "References")).Reverse().Take(10),
    ];

    private static IEnumerable<string> MessageIds(string? value) =>
        (value ?? "").Split([' ', '\t', '\r', '\n', '<', '>', ','], StringSplitOptions.RemoveEmptyEntries).Where(id => id
            .Contains('@')).Take(50);

    /// <summary>Returns a field's decoded value, or null if there is no such field.</summary>
    public static string? Value(HeaderList header, string field) =>
        header.FirstOrDefault(line => line.Field.Equals(field, StringComparison.OrdinalIgnoreCase)) is { } found ? Value(found) : null;

    private static string Value(Header line)
    {
        try
        {
            return line.Value is { Length: > MostLetters } value ? value[..MostLetters] : line.Value.Trim();
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"\bfor\s+<?[^\s;<>]+@[^\s;<>]+>?", RegexOptions.IgnoreCase, MatchTimeout.Milliseconds)]
    private static partial Regex ReceivedFor();

    [GeneratedRegex(
        @"mail(er)?[-_. ]?daemon|postmaster|mail (delivery|administrator|system)|mailadm|delivery (sub)?system|smtp|imss@|mdaemon|\bndr\b|"
            + @"system administrator|antivirus_for|mta[@ ]|mail[-_. ]?(server|gateway|service)|\bbounces?(\b|_)|no-?delivery|mailsweeper|"
            + @"mailmarshal|deliver(y|"
            + "ies)?@|majordomo|mail-?error|nondeliver|systemadministrator|unzustellbar|microsoft ?exchange|mail delivery",
        RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex MailSystem();

    [GeneratedRegex(@"@[^\s<>"",;]+")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\bdmarc\s*=\s*fail\b", RegexOptions.IgnoreCase, MatchTimeout.Milliseconds)]
    private static partial Regex DmarcFails();

    [GeneratedRegex("auto[-_ ]?reply|vacation", RegexOptions.IgnoreCase)]
    private static partial Regex AutoPrecedence();
}
