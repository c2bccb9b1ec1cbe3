namespace Dispatch.Worker.Bounces.SenderReports;

/// <summary>A provider's report about mail in our name: a DMARC aggregate report (RFC 9990) or a report on TLS (RFC 8460).</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Reporter">The provider, as it calls itself.</param>
/// <param name="ReportId">The provider's own id for the report.</param>
/// <param name="Domain">Our domain.</param>
/// <param name="BeginAt">The beginning of the time that is reported on.</param>
/// <param name="EndAt">Its end.</param>
/// <param name="Lines">What is reported.</param>
public sealed record SenderReport(
    SenderReportKind Kind, string Reporter, string ReportId, string Domain, DateTimeOffset BeginAt, DateTimeOffset EndAt,
    IReadOnlyList<SenderReportRow> Lines);

/// <param name="Source">For DMARC the sending host's address, for TLS the policy that was applied.</param>
/// <param name="Messages">How many messages, or for TLS sessions, are counted.</param>
/// <param name="Passed">Whether they passed.</param>
/// <param name="Detail">What was done with them, or why they failed: one of the standards' words.</param>
public sealed record SenderReportRow(string Source, long Messages, bool Passed, string Detail);

public enum SenderReportKind
{
    Dmarc,
    Tls,
}

/// <summary>A line of a <see cref="SenderReport"/>, as it is kept.</summary>
public class SenderReportLine
{
    public long Id { get; set; }

    /// <summary>Identifies the report, 32 bytes. A report that comes again is not counted again.</summary>
    public required byte[] Key { get; set; }
    public SenderReportKind Kind { get; set; }
    public required string Reporter { get; set; }
    public required string Domain { get; set; }
    public DateTimeOffset BeginAt { get; set; }
    public DateTimeOffset EndAt { get; set; }
    public required string Source { get; set; }
    public long Messages { get; set; }
    public bool Passed { get; set; }
    public required string Detail { get; set; }
}
