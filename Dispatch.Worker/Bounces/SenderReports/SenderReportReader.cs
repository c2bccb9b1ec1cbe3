using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Dispatch.Worker.Bounces.SenderReports;

/// <summary>
/// Reads a report about mail in our name from an attachment: XML or JSON, plain or compressed by gzip or zip. If it unpacks to more than a
/// bounded length, it is not read.
/// </summary>
internal static class SenderReportReader
{
    private const int MostUnpacked = 10 * 1024 * 1024;
    private const int MostRows = 2000;

    /// <summary>Returns the report in an attachment, or null if there is none. Never throws because of the content.</summary>
    public static SenderReport? Read(byte[] attachment)
    {
        try
        {
            return Unpacked(attachment) is not { } bytes ? null
                : FirstLetter(bytes) switch
                {
                    '<' => Dmarc(bytes),
                    '{' => Tls(bytes),
                    _ => null,
                };
        }
        catch (Exception fault) when (fault is InvalidDataException or XmlException or JsonException or FormatException or OverflowException
            or IOException or InvalidOperationException or ArgumentException or KeyNotFoundException or NotSupportedException)
        {
            return null;
        }
    }

    private static byte[]? Unpacked(byte[] attachment)
    {
        using var packed = new MemoryStream(attachment);
        switch (attachment)
        {
            case [0x1F, 0x8B, ..]:
                using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
                    return Bounded(gzip);
            case [(byte)'P', (byte)'K', 3, 4, ..]:
                using (var zip = new ZipArchive(packed, ZipArchiveMode.Read))
                {
                    if (zip.Entries.Count != 1) // RFC 9990 §3.5: one report in an archive
                        return null;
                    using var entry = zip.Entries[0].Open();
                    return Bounded(entry);
                }
            default:
                return attachment;
        }
    }

    private static byte[]? Bounded(Stream stream)
    {
        using var into = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (into.Length + read > MostUnpacked)
                return null;
            into.Write(buffer, 0, read);
        }
        return into.ToArray();
    }

    private static char FirstLetter(byte[] bytes)
    {
        foreach (var letter in bytes.AsSpan(0, Math.Min(bytes.Length, 100)))
            if (letter is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF))
                return (char)letter;
        return ' ';
    }

    // RFC 9990 §3.1. Its namespace is new, so names are compared without a namespace.
    private static SenderReport? Dmarc(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        using var xml = XmlReader.Create(stream, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, // no entity expansion
            XmlResolver = null,
            MaxCharactersInDocument = MostUnpacked,
        });
        if (XDocument.Load(xml).Root is not { Name.LocalName: "feedback" } root)
            return null;
        var about = Child(root, "report_metadata");
        var range = Child(about, "date_range");
        var rows = new List<SenderReportRow>();
        foreach (var row in root.Elements().Where(one => one.Name.LocalName == "record").Take(MostRows).Select(one => Child(one, "row")))
        {
            var policy = Child(row, "policy_evaluated");
            var passed = Text(policy, "dkim") == "pass" || Text(policy, "spf") == "pass";
            if (IPAddress.TryParse(Text(row, "source_ip"), out var ip))
                rows.Add(new(ip.ToString(), Number(Text(row, "count")), passed, Disposition(policy)));
        }
        return new(SenderReportKind.Dmarc, Text(about, "org_name"), Text(about, "report_id"), Text(Child(root, "policy_published"),
            "domain"),
            Unix(Text(range, "begin")), Unix(Text(range, "end")), rows);
    }

    // RFC 8460 §4.4
    private static SenderReport? Tls(byte[] bytes)
    {
        using var json = JsonDocument.Parse(bytes.AsMemory(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0), new JsonDocumentOptions
        {
            MaxDepth =
            20
        });
        var root = json.RootElement;
        if (!root.TryGetProperty("policies", out var policies) || !root.TryGetProperty("date-range", out var range))
            return null;
        var (domain, rows) = ("", new List<SenderReportRow>());
        foreach (var one in policies.EnumerateArray().Take(MostRows))
        {
            var policy = one.GetProperty("policy");
            domain = domain.Length > 0 ? domain : policy.GetProperty("policy-domain").GetString() ?? "";
            var type = policy.GetProperty("policy-type").GetString() ?? "";
            var sums = one.GetProperty("summary");
            rows.Add(new(type, sums.GetProperty("total-successful-session-count").GetInt64(), true, "none"));
            if (one.TryGetProperty("failure-details", out var failures))
                foreach (var failure in failures.EnumerateArray().Take(MostRows))
                    rows.Add(new(type, failure.GetProperty("failed-session-count").GetInt64(), false,
                        failure.GetProperty("result-type").GetString() ?? "failure"));
            else if (sums.GetProperty("total-failure-session-count").GetInt64() is > 0 and var failed)
                rows.Add(new(type, failed, false, "failure"));
        }
        return new(SenderReportKind.Tls, root.GetProperty("organization-name").GetString() ?? "", root.GetProperty("report-id")
            .GetString() ?? "",
            domain, Instant(range, "start-datetime"), Instant(range, "end-datetime"), [.. rows.Where(row => row.Messages > 0)]);

        static DateTimeOffset Instant(JsonElement range, string name) => DateTimeOffset.Parse(
            range.GetProperty(name).GetString() ?? "", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime();
    }

    private static string Disposition(XElement policy) => Text(policy, "disposition") switch
    {
        "reject" => "reject",
        "quarantine" => "quarantine",
        _ => "none",
    };

    private static XElement Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(one => one.Name.LocalName == name) ?? throw new FormatException($"there is no {name}");

    private static string Text(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(one => one.Name.LocalName == name)?.Value.Trim() ?? "";

    private static long Number(string text) => Math.Max(0, long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    private static DateTimeOffset Unix(string text) => DateTimeOffset.FromUnixTimeSeconds(Number(text));
}
