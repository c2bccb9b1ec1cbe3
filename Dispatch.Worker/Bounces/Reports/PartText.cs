using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>The text of MIME parts, whatever their charset is called, and never more than a bounded amount of it.</summary>
internal static partial class PartText
{
    /// <summary>The most bytes that are decoded of one part. Reports say what they have to say long before.</summary>
    private const int MostBytes = 256 * 1024;

    static PartText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Returns the text of a part, from HTML as lines of plain text. Returns an empty text if the part can't be decoded.</summary>
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
            // What was decoded so far may still say enough.
        }
        return into.ToArray();
    }

    /// <summary>Decodes bytes by the named charset, else as UTF-8 where they are, else as Windows-1252.</summary>
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
        // US-ASCII and UTF-8 are often claimed wrongly, so the bytes decide between them and Windows-1252.
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

    // Takes the first bytes and drops the rest.
    private sealed class BoundedStream(int most) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            base.Write(buffer, offset, (int)Math.Min(count, Math.Max(0, most - Length)));

        public override void Write(ReadOnlySpan<byte> buffer) =>
            base.Write(buffer[..(int)Math.Min(buffer.Length, Math.Max(0, most - Length))]);
    }
}
