using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// The parts of a message that came back, by purpose. Parts inside a returned message are ignored, because only the outermost report
/// counts.
/// </summary>
internal sealed partial class MailParts
{
    /// <summary>The maximum number of bytes read of a message. A report's own parts come first, the returned message last.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private const int MostParts = 100;
    private const int MostText = 64 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 20, MaxAddressGroupDepth = 3 };

    private readonly StringBuilder text = new();
    private readonly StringBuilder html = new();
    private MimeMessage? attached;
    private int seen;

    private MailParts(MimeMessage message) => Message = message;

    public MimeMessage Message { get; }

    /// <summary>The content of <c>message/delivery-status</c>, or null if there is none.</summary>
    public string? DeliveryStatus { get; private set; }

    /// <summary>The content of <c>message/feedback-report</c>, or null if there is none.</summary>
    public string? FeedbackReport { get; private set; }

    /// <summary>The content of <c>message/disposition-notification</c>, or null if there is none.</summary>
    public string? Disposition { get; private set; }

    /// <summary>The header of the message that was returned or complained about, or null if there is none.</summary>
    public HeaderList? Returned { get; private set; }

    /// <summary>The first attachment that could be a report about mail in our name (DMARC or TLS), or null if there is none.</summary>
    public byte[]? Attachment { get; private set; }

    /// <summary>Whether the whole message is attached, not just its header.</summary>
    public bool HasAttachedMessage { get; private set; }

    /// <summary>The human-readable text, up to any returned message.</summary>
    public string Text => text.ToString().Trim().Length > 20 || html.Length == 0 ? text.ToString() : $"{text}\n{html}";

    /// <summary>Reads a message. Never throws because of its content.</summary>
    public static MailParts Read(byte[] bytes)
    {
        var parts = new MailParts(Load(bytes) ?? AsText(bytes));
        parts.Sort(parts.Message.Body);
        // If the boundary is missing or wrong, everything is before the first part.
        if (parts.Message.Body is Multipart { Count: 0, Preamble: { } preamble })
            Add(parts.text, preamble);
        parts.FindLostParts();
        return parts;
    }

    /// <summary>Parses a message. Returns null if the bytes are not a message.</summary>
    public static MimeMessage? Load(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes, 0, Math.Min(bytes.Length, MostBytes), writable: false);
            // Some mailboxes keep the mbox format's separator line.
            var begin = Encoding.ASCII.GetString(bytes, 0, Math.Min(bytes.Length, 6));
            if (begin is ['F', 'r', 'o', 'm', ' ', ..])
                stream.Position = Array.IndexOf(bytes, (byte)'\n') + 1;
            return MimeMessage.Load(Options, stream);
        }
        catch (Exception fault) when (fault is FormatException or ParseException or ArgumentException or InvalidOperationException
            or IndexOutOfRangeException or EndOfStreamException or NotSupportedException)
        {
            return null;
        }
    }

    private static MimeMessage AsText(byte[] bytes) => new()
    {
        Body = new TextPart("plain") { Text = PartText.Decode(bytes[..Math.Min(bytes.Length, MostText)], null) },
    };

    /// <summary>
    /// Returns the report that a gateway has wrapped in a message of its own with the same sender. Any other message is returned unchanged.
    /// </summary>
    public MailParts Unwrapped()
    {
        if (DeliveryStatus is not null || FeedbackReport is not null || attached is null
            || MailAddresses.First(Origins.Value(attached.Headers, "From") ?? "") is not { } inner
            || !inner.Equals(MailAddresses.First(Origins.Value(Message.Headers, "From") ?? ""), StringComparison.OrdinalIgnoreCase))
            return this;
        var parts = new MailParts(attached);
        parts.Sort(attached.Body);
        return parts.DeliveryStatus is not null ? parts : this;
    }

    private void Sort(MimeEntity? entity)
    {
        if (++seen > MostParts)
            return;
        switch (entity)
        {
            case Multipart multipart:
                foreach (var part in multipart)
                    Sort(part);
                break;
            case MessagePart { Message: { } inner }:
                HasAttachedMessage |= entity is not TextRfc822Headers;
                attached ??= inner;
                Returned ??= inner.Headers;
                break;
            case MimePart part:
                Sort(part);
                break;
        }
    }

    private void Sort(MimePart part)
    {
        var type = part.ContentType;
        if (Attachment is null && Returned is null && Packed().IsMatch($"{type.MimeType} {part.FileName}"))
            Attachment = PartText.Bytes(part, MostBytes);
        if (type.MediaType.Equals("message", StringComparison.OrdinalIgnoreCase)
            || type.IsMimeType("text", "rfc822-headers") || type.IsMimeType("text", "rfc822"))
            SortMessage(part, type.MediaSubtype.ToLowerInvariant());
        else if (type.MediaType.Equals("text", StringComparison.OrdinalIgnoreCase) && Returned is null)
        {
            var found = PartText.Of(part);
            // Some gateways relabel the machine-readable part as plain text.
            if (DeliveryStatus is null && text.Length > 0 && LooksLikeStatus().IsMatch(found))
                DeliveryStatus = found;
            else if (FeedbackReport is null && FeedbackField().IsMatch(found) && found.Contains("User-Agent:",
                StringComparison.OrdinalIgnoreCase))
                FeedbackReport = found;
            else
                Add(type.IsMimeType("text", "html") ? html : text, found);
        }
        else if (DeliveryStatus is null && FeedbackReport is null && part.Content is not null
            && (part.FileName is null || Named().IsMatch(part.FileName)) && PartText.Decode(PartText.Bytes(part), null) is var hidden)
        {
            if (LooksLikeStatus().IsMatch(hidden))
                DeliveryStatus = hidden;
            else if (FeedbackField().IsMatch(hidden) && hidden.Contains("User-Agent:", StringComparison.OrdinalIgnoreCase))
                FeedbackReport = hidden;
        }
    }

    private void SortMessage(MimePart part, string subtype)
    {
        switch (subtype)
        {
            case "delivery-status" or "global-delivery-status" or "x-delivery-status":
                DeliveryStatus ??= PartText.Decode(PartText.Bytes(part), null);
                break;
            case "feedback-report":
                FeedbackReport ??= PartText.Decode(PartText.Bytes(part), null);
                break;
            case "disposition-notification" or "global-disposition-notification":
                Disposition ??= PartText.Decode(PartText.Bytes(part), null);
                break;
            case "partial" or "external-body":
                break;
            default:
                // A returned message or its header may be in base64 or quoted-printable, contrary to RFC 2046 §5.2.1, or contain UTF-8.
                Returned ??= HeaderOf(PartText.Bytes(part));
                HasAttachedMessage |= subtype is "rfc822" or "global";
                break;
        }
    }

    // If a gateway has dropped the header's MIME fields, the boundaries and the parts' header fields are in the text.
    private void FindLostParts()
    {
        if (DeliveryStatus is not null || FeedbackReport is not null)
            return;
        var whole = text.ToString();
        var boundary = LostBoundary().Match(whole);
        var mended = $"Content-Type: multipart/mixed; boundary=\"{boundary.Groups[1].Value.Trim()}\"\r\n\r\n{whole}\r\n";
        if (boundary.Success && Load(Encoding.UTF8.GetBytes(mended)) is { Body: Multipart again })
        {
            text.Clear();
            Sort(again);
            // The boundaries may belong to the returned message.
            if (DeliveryStatus is null && FeedbackReport is null)
            {
                text.Clear();
                text.Append(whole);
                (Returned, HasAttachedMessage) = (null, false);
            }
        }
        if (DeliveryStatus is null && LooksLikeStatus().Match(whole) is { Success: true } status)
            DeliveryStatus = CutAtReturned(whole[status.Index..]);
        if (FeedbackReport is null && FeedbackField().Match(whole) is { Success: true } feedback
            && whole.Contains("User-Agent:", StringComparison.OrdinalIgnoreCase))
            FeedbackReport = CutAtReturned(whole[feedback.Index..]);
    }

    private static string CutAtReturned(string status) =>
        ReturnedBegins().Match(status) is { Success: true } begin ? status[..begin.Index] : status;

    /// <summary>Reads a header from the beginning of text or bytes. Returns null if there is none.</summary>
    public static HeaderList? HeaderOf(byte[] bytes)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            return HeaderList.Load(Options, stream) is { Count: > 1 } header ? header : null;
        }
        catch (Exception fault) when (fault is FormatException or ParseException or ArgumentException)
        {
            return null;
        }
    }

    private static void Add(StringBuilder to, string found)
    {
        if (to.Length < MostText)
            to.Append(found.AsSpan(0, Math.Min(found.Length, MostText - to.Length))).Append('\n');
    }

    [GeneratedRegex(
        @"^(?:Final|Original)-Recipient\s*:.*\n(?:.*\n){0,8}?(?:Action|Status)\s*:|^(?:Action|"
            + @"Status)\s*:.*\n(?:.*\n){0,8}?Final-Recipient\s*:"
            + @"|^Reporting-MTA\s*:.*\n(?:.*\n){0,12}?(?:Action|Status)\s*:",
        RegexOptions.IgnoreCase | RegexOptions.Multiline, MatchTimeout.Milliseconds)]
    private static partial Regex LooksLikeStatus();

    [GeneratedRegex(@"^(application/(zip|gzip|x-gzip|x-zip-compressed|xml|tlsrpt\+\w+)|text/xml) |\.(xml|json)(\.gz)?$|\.(zip|gz)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Packed();

    [GeneratedRegex(@"\.(txt|dat|dsn|arf)$|^[^.]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"^Feedback-Type\s*:", RegexOptions.IgnoreCase | RegexOptions.Multiline, MatchTimeout.Milliseconds)]
    private static partial Regex FeedbackField();

    [GeneratedRegex(@"^--(\S[^\r\n]{0,150})\r?\n(?:Content-[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n", RegexOptions.IgnoreCase
        | RegexOptions.Multiline, MatchTimeout.Milliseconds)]
    private static partial Regex LostBoundary();

    [GeneratedRegex(@"^(?:Return-Path|Received|Content-Type\s*:\s*(?:message|text)/rfc822)\b", RegexOptions.IgnoreCase
        | RegexOptions.Multiline, MatchTimeout.Milliseconds)]
    private static partial Regex ReturnedBegins();
}
