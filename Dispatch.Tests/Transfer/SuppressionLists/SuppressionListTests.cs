using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Transfer.Import;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.SuppressionLists;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.SuppressionLists;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SuppressionListTests(Provider provider) : ImportTest(provider)
{
    private const string Readers = "email,status,confirmed_at\nana@readers.test,confirmed,2024-01-01\n"
        + "ben@readers.test,confirmed,2024-01-01\n"
        + "cyd@readers.test,confirmed,2024-01-01\ndan@readers.test,confirmed,2024-01-01\n";

    private const string List = "email,reason,since\nana@readers.test,bounced,2024-02-02\nben@readers.test,complained,\n"
        + "cyd@readers.test,erased,2024-03-03\n";

    [TestCase(true), TestCase(false)]
    public async Task First_or_later_a_list_has_the_same_result(bool first)
    {
        if (first)
            await AddsAsync(List);
        await Imports(Readers);
        if (!first)
            await AddsAsync(List);
        Assert.That((await StatusOf("ana@readers.test"), await StatusOf("ben@readers.test"), await StatusOf("cyd@readers.test"),
            await StatusOf("dan@readers.test")), Is.EqualTo(("bounced", "complained", (string?)null, "confirmed")));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.OrderBy(s => s.Reason).Select(s => s.Reason).ToListAsync(),
            Is.EqualTo(new[] { SuppressionReason.Complaint, SuppressionReason.Erased, SuppressionReason.HardBounce }));
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Select(mail => mail.Recipient), Is.EqualTo(new[] { "dan@readers.test" }));
    }

    [Test]
    public async Task Hashes_go_out_with_the_name_of_their_key_and_come_in_under_no_other()
    {
        await Given.Suppression("ana@readers.test");
        await Given.Suppression("ben@readers.test", SuppressionReason.Manual);
        var file = await WritesAsync(byAddress: false);
        Assert.That(file, Does.Not.Contain("readers.test").And.Contain("bounced").And.Contain("manual"));
        await using (var db = App.OpenDb())
            await db.Suppressions.ExecuteDeleteAsync();
        Assert.That(await AddsAsync(file), Is.EqualTo(new SuppressionImportResult(2, 0, 0, 0, 0)));
        Assert.That(await AddsAsync(file), Is.EqualTo(new SuppressionImportResult(0, 0, 2, 0, 0)));
        Assert.That(await WritesAsync(byAddress: false), Is.EqualTo(file));
        var lines = file.Split("\r\n");
        var other = string.Join("\r\n", lines[0], lines[1], lines[2][..^16] + "0123456789abcdef", "");
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(() => AddsAsync(other)))!;
        Assert.That(fault.Message, Does.Contain("another key file"));
    }

    [Test]
    public async Task A_complaint_takes_the_place_of_a_soft_bounce_and_a_soft_bounce_of_none()
    {
        await Given.Suppression("ana@readers.test", SuppressionReason.SoftBounce);
        await Given.Suppression("ben@readers.test", SuppressionReason.HardBounce);
        Assert.That(
            await AddsAsync("email,reason\nana@readers.test,complained\nben@readers.test,soft-bounced\ncyd@readers.test,soft-bounced\n"),
            Is.EqualTo(new SuppressionImportResult(1, 1, 1, 0, 0)));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.Select(s => s.Reason).ToListAsync(), Is.EquivalentTo(
            new[] { SuppressionReason.Complaint, SuppressionReason.HardBounce, SuppressionReason.SoftBounce }));
    }

    [Test]
    public async Task Of_two_reasons_the_more_careful_stays()
    {
        await Given.Suppression("ana@readers.test", SuppressionReason.Erased);
        await Given.Suppression("ben@readers.test", SuppressionReason.Complaint);
        Assert.That(await AddsAsync("email,reason\nana@readers.test,manual\nben@readers.test,bounced\nnobody,bounced\nx@x.test,angry\n"),
            Is.EqualTo(new SuppressionImportResult(0, 1, 1, 2, 0)));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.OrderBy(s => s.Reason).Select(s => s.Reason).ToListAsync(),
            Is.EqualTo(new[] { SuppressionReason.Complaint, SuppressionReason.Manual }));
    }

    [Test]
    public async Task Addresses_go_out_only_of_readers_who_are_still_here()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.Suppression("ana@readers.test");
        await Given.Suppression("gone@readers.test");
        var lines = (await WritesAsync(byAddress: true)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Is.EqualTo(new[] { "email,reason,since", "ana@readers.test,bounced,2026-11-24T09:00:00Z" }));
    }

    // The lists of Amazon SES, Postmark and Mailgun, and files that are no lists.
    [TestCase("EmailAddress,Reason,LastUpdateTime\nana@readers.test,BOUNCE,2024-02-02T10:00:00Z\n,,\n", "1 added, 0 refused")]
    [TestCase("Recipient,SuppressionReason,CreatedAt\nana@readers.test,SpamComplaint,2024-02-02T10:00:00Z\n", "1 added, 0 refused")]
    [TestCase("address,tags,created_at\nana@readers.test,*,2024-02-02\n\"ben@readers.test\n", "Line 3")]
    [TestCase("\u00D0\u00CF\u0011\u00E0", "Excel workbook"), TestCase("<html>", "web page"), TestCase("", "empty")]
    public async Task A_providers_list_is_read_and_a_file_of_another_kind_is_refused_by_what_it_is(string content, string outcome)
    {
        try
        {
            var result = await AddsAsync(content, Encoding.Latin1);
            Assert.That($"{result.Added} added, {result.Refused} refused", Is.EqualTo(outcome));
        }
        catch (UnreadableFileException unreadable)
        {
            Assert.That(unreadable.Message, Does.Contain(outcome));
        }
    }

    private Task<SuppressionImportResult> AddsAsync(string csv, Encoding? encoding = null) =>
        App.In<SuppressionImport, SuppressionImportResult>(import => import.ReadAsync("list.csv",
            new MemoryStream((encoding ?? Encoding.UTF8).GetBytes(csv)), Actor.CommandLine, _ => { }, CancellationToken.None));

    private async Task<string> WritesAsync(bool byAddress)
    {
        using var file = new MemoryStream();
        await App.In<SuppressionExport, (int, int)>(export =>
            export.WriteAsync(file, byAddress, Actor.CommandLine, CancellationToken.None));
        return Encoding.UTF8.GetString(file.ToArray());
    }
}
