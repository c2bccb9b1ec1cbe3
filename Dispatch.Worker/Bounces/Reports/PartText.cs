using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>The text of MIME parts, whatever their charset is called. The amount is bounded.</summary>
internal static partial class PartText
{
    /// <summary>The maximum number of bytes decoded of a part. Reports get to the point long before.</summary>
    private const int MostBytes = 256 * 1024;

    static PartText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>
    /// Returns the text of a part; HTML becomes lines of plain text. Returns an empty string if the part can't be decoded.
    /// </summary>
    public static string Of(MimePart part)
    {
        var bytes = Bytes(part);
        var text = Decode(bytes, part.ContentType.Charset);
        return part.ContentType.IsMimeType("text", "html") ? FromHtml(text) : text;
    }

    /// <summary>Returns the decoded content of a part, cut off after a bounded length.</summary>
    public static byte[] Bytes(MimePart part, int most = MostBytes)
    {
        if (part.Content is null)
            return [];
        using var into = new BoundedStream(most);
        try
        {
            part.Content.DecodeTo(into);
        }
        catch (Exception fault) when (fault is EndOfStreamException or FormatException or IOException)
        {
            // What has been decoded so far may be enough.
        }
        return into.ToArray();
    }

    /// <summary>
    /// Decodes bytes in the named charset. If there is none, decodes valid UTF-8 as such, and anything else as Windows-1252.
    /// </summary>
    public static string Decode(byte[] bytes, string? charset)
    {
        if (charset is { Length: > 0 } && Find(charset) is { } named)
            return named.GetString(bytes);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (ArgumentException)
        {
            return Encoding.GetEncoding(1252).GetString(bytes);
        }
    }

    private static Encoding? Find(string charset)
    {
        // US-ASCII and UTF-8 are often claimed wrongly, so the bytes themselves decide between these and Windows-1252.
        if (charset.Contains("ascii", StringComparison.OrdinalIgnoreCase) || charset.StartsWith("utf-8",
            StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            return Encoding.GetEncoding(charset.Trim());
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Returns what HTML shows, roughly: block elements end lines, and all other tags are dropped.</summary>
    public static string FromHtml(string html)
    {
        try
        {
            var visible = Unseen().Replace(html, " ");
            visible = visible.ReplaceLineEndings(" ");
            visible = LineEnds().Replace(visible, "\n");
            return WebUtility.HtmlDecode(Tags().Replace(visible, "")).Replace('\u00A0', ' ');
        }
        catch (RegexMatchTimeoutException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"<(style|script|head|title)\b[^>]*>.*?</\1\s*>|<!--.*?-->",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, MatchTimeout.Milliseconds)]
    private static partial Regex Unseen();

    [GeneratedRegex(@"<(br|/p|/div|/tr|/li|/h\d|/table|hr|p|div|tr|li|/td|/blockquote|/pre)\b[^>]*>",
        RegexOptions.IgnoreCase, MatchTimeout.Milliseconds)]
    private static partial Regex LineEnds();

    [GeneratedRegex("</?[a-z!][^<>]*>",
        RegexOptions.IgnoreCase, MatchTimeout.Milliseconds)]
    private static partial Regex Tags();

    // Keeps the first bytes and drops the rest.
    private sealed class BoundedStream(int most) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            base.Write(buffer, offset, (int)Math.Min(count, Math.Max(0, most - Length)));

        public override void Write(ReadOnlySpan<byte> buffer) =>
            base.Write(buffer[..(int)Math.Min(buffer.Length, Math.Max(0, most - Length))]);
    }
}
