using System.Text;

namespace Dispatch.Tests.Bounces;

/// <summary>Messages as other people's mail systems send them back.</summary>
internal static class ComeBack
{
    private static int count;

    /// <summary>Makes a delivery report (RFC 3464).</summary>
    /// <param name="to">The address that it comes to.</param>
    /// <param name="recipient">The recipient that it is about.</param>
    /// <param name="status">The Status field.</param>
    /// <param name="action">The Action field.</param>
    /// <param name="returned">The header of the returned message.</param>
    /// <param name="id">The report's Message-ID; by default each has its own.</param>
    public static byte[] Dsn(
        string to, string recipient, string status = "5.1.1", string action = "failed", string returned = "Subject: The Gazette",
            string? id = null) =>
        Bytes($"""
            Return-Path: <>
            Delivered-To: {to}
            From: MAILER-DAEMON@mx.example.org
            To: {to}
            Subject: Undelivered Mail Returned to Sender
            Message-ID: <{id ?? Id()}>
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

            --=_b

            I'm sorry.
            --=_b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; {recipient}
            Action: {action}
            Status: {status}
            --=_b
            Content-Type: text/rfc822-headers

            {returned}
            --=_b--
            """);

    /// <summary>Makes a feedback report (RFC 5965) about a message that is returned with its header, its recipient blacked out.</summary>
    public static byte[] Complaint(string returned, string type = "abuse", string? id = null) => Bytes($"""
        Return-Path: <fbl@provider.example>
        Delivered-To: fbl@sender.test
        From: fbl@provider.example
        To: fbl@sender.test
        Subject: FW: The Gazette
        Message-ID: <{id ?? Id()}>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="=_f"

        --=_f

        This is an abuse report.
        --=_f
        Content-Type: message/feedback-report

        Feedback-Type: {type}
        User-Agent: Provider/1
        Version: 1
        --=_f
        Content-Type: message/rfc822

        {returned}
        To: redacted@provider.example

        Hello.
        --=_f--
        """);

    /// <summary>Makes a letter.</summary>
    public static byte[] Letter(string to, string from, string subject, string text, string more = "X-Mailer: any") => Bytes($"""
        Return-Path: <{from}>
        Delivered-To: {to}
        From: {from}
        To: {to}
        Subject: {subject}
        Message-ID: <{Id()}>
        {more}
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        {text}
        """);

    public static byte[] Bytes(string message) => Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));

    private static string Id() => $"{Interlocked.Increment(ref count)}.{Guid.NewGuid():N}@mx.example.org";
}
