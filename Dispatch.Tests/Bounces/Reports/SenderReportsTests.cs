using System.IO.Compression;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Bounces.Consequences;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>Reports about mail in our name that land in a mailbox: DMARC aggregate reports (RFC 9990) and reports on TLS (RFC
/// 8460).</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SenderReportsTests(Provider provider) : DispatchTest(provider)
{
    private const string Dmarc = """
        <?xml version="1.0"?>
        <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
          <report_metadata><org_name>provider.example</org_name><report_id>7</report_id>
            <date_range><begin>1795478400</begin><end>1795564799</end></date_range></report_metadata>
          <policy_published><domain>sender.test</domain><p>reject</p></policy_published>
          <record><row><source_ip>192.0.2.1</source_ip><count>90</count>
            <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row></record>
          <record><row><source_ip>198.51.100.7</source_ip><count>12</count>
            <policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row></record>
        </feedback>
        """;

    private const string Tls = """
        {"organization-name": "provider.example", "report-id": "8",
         "date-range": {"start-datetime": "2026-11-23T00:00:00Z", "end-datetime": "2026-11-23T23:59:59Z"},
         "policies": [{"policy": {"policy-type": "sts", "policy-domain": "sender.test"},
           "summary": {"total-successful-session-count": 5, "total-failure-session-count": 2},
           "failure-details": [{"result-type": "certificate-expired", "failed-session-count": 2}]}]}
        """;

    [TestCase("application/gzip", "gz"), TestCase("application/zip", "zip"), TestCase("text/xml", "plain")]
    public async Task A_DMARC_report_tells_ops_who_sends_in_our_name(string type, string packed)
    {
        var report = Mail(type, "provider.example!sender.test!1!2.xml", Pack(Dmarc, packed));
        for (var times = 0; times < 2; times++)
            Assert.That(await TakeAsync(report), Is.EqualTo(IntakeResult.Read));
        var page = await (await SignedIn.As(App, "ops")).GetStringAsync("/ops/bounces");
        Assert.That(page, Does.Contain("198.51.100.7").And.Contain("reject").And.Contain(">12</td>").And.Contain(">90</td>")
            .And.Contain("provider.example</td>"));
    }

    [Test]
    public async Task A_TLS_report_tells_which_provider_lost_TLS()
    {
        Assert.That(await TakeAsync(Mail("application/tlsrpt+gzip", "report.json.gz", Pack(Tls, "gz"))), Is.EqualTo(IntakeResult.Read));
        await using var db = App.OpenDb();
        Assert.That(await db.SenderReportLines.OrderBy(line => line.Id).Select(line =>
            $"{line.Passed} {line.Messages} {line.Detail}").ToListAsync(),
            Is.EqualTo(new[] { "True 5 none", "False 2 certificate-expired" }));
        Assert.That(await (await SignedIn.As(App, "ops")).GetStringAsync("/ops/bounces"), Does.Contain("provider.example</td>"));
    }

    [Test]
    public async Task A_report_on_another_domain_and_a_bomb_are_kept_for_a_person()
    {
        Assert.That(await TakeAsync(Mail("application/gzip", "r.xml.gz",
            Pack(Dmarc.Replace("<domain>sender.test", "<domain>other.test", StringComparison.Ordinal), "gz"))), Is
                .EqualTo(IntakeResult.Unclear));
        Assert.That(await TakeAsync(Mail("application/gzip", "r.xml.gz", Pack(new string(' ', 50 << 20) + Dmarc, "gz"))),
            Is.EqualTo(IntakeResult.Unclear));
        Assert.That(await TakeAsync(Mail("text/xml", "r.xml", Encoding.UTF8.GetBytes(
            "<?xml version='1.0'?><!DOCTYPE f [<!ENTITY a 'aaaaaaaaaa'>]><feedback>&a;</feedback>"))), Is.EqualTo(IntakeResult.Unclear));
        await using var db = App.OpenDb();
        Assert.That(await db.SenderReportLines.AnyAsync(), Is.False);
    }

    private static byte[] Pack(string text, string how)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var into = new MemoryStream();
        if (how == "plain")
            return bytes;
        if (how == "gz")
            using (var gzip = new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(bytes);
        else
            using (var zip = new ZipArchive(into, ZipArchiveMode.Create, leaveOpen: true))
            using (var entry = zip.CreateEntry("report.xml").Open())
                entry.Write(bytes);
        return into.ToArray();
    }

    private static byte[] Mail(string type, string name, byte[] attachment) => ComeBack.Bytes($"""
        From: noreply-dmarc-support@provider.example
        To: bounces@sender.test
        Subject: Report domain: sender.test Submitter: provider.example Report-ID: 7
        Message-ID: <{Guid.NewGuid():N}@provider.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b

        This is an aggregate report.
        --b
        Content-Type: {type}; name="{name}"
        Content-Transfer-Encoding: base64

        {Convert.ToBase64String(attachment, Base64FormattingOptions.InsertLineBreaks)}
        --b--
        """);

    private Task<IntakeResult> TakeAsync(byte[] bytes) => App.In<Intake, IntakeResult>(intake => intake.TakeAsync(bytes, default));
}
