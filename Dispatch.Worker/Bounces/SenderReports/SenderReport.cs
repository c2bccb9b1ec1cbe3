namespace Dispatch.Worker.Bounces.SenderReports;

/// <summary>A provider's report about mail in our name: a DMARC aggregate report (RFC 9990) or a report on TLS (RFC 8460).</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Reporter">The provider's name, as it gives it.</param>
/// <param name="ReportId">The provider's own id for the report.</param>
/// <param name="Domain">Our domain.</param>
/// <param name="BeginAt">The beginning of the reported period.</param>
/// <param name="EndAt">The end of the reported period.</param>
/// <param name="Lines">The reported lines.</param>
public sealed record SenderReport(
    SenderReportKind Kind, string Reporter, string ReportId, string Domain, DateTimeOffset BeginAt, DateTimeOffset EndAt,
    IReadOnlyList<SenderReportRow> Lines);

/// <param name="Source">For DMARC, the IP address of the sending host; for TLS, the policy applied.</param>
/// <param name="Messages">The number of messages or, for TLS, of sessions.</param>
/// <param name="Passed">Whether they passed.</param>
/// <param name="Detail">What was done with them, or why they failed: one of the terms defined in the standard.</param>
public sealed record SenderReportRow(string Source, long Messages, bool Passed, string Detail);

public enum SenderReportKind
{
    Dmarc,
    Tls,
}

/// <summary>A line of a <see cref="SenderReport"/>, as stored.</summary>
public class SenderReportLine
{
    public long Id { get; set; }

    /// <summary>Identifies the report, 32 bytes. The same report is counted only once.</summary>
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
