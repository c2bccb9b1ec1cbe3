using System.Globalization;
using Dispatch.Tests.Support;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;
using Dispatch.Worker.Subscribers;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>Made-up export files in the formats of other systems, and what each row must become (<c>expected.tsv</c>).</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SampleFilesTests(Provider provider) : ImportTest(provider)
{
    private const string Unclosed = "nasty-unclosed-quote.csv", Windows1251 = "nasty-cp1251.csv";

    // RFC 5321 allows a quoted local part. Dispatch refuses it everywhere, with the reason.
    private const string QuotedLocalPart = "\"quoted local\"@example.com";

    private static readonly ImportChoices NobodysWord = new();

    private static IEnumerable<TestCaseData> Files() => Rows().GroupBy(row => row.File.Split('/')[0])
        .Where(file => file.Key != Unclosed)
        .Select(file => new TestCaseData(file.Key).SetArgDisplayNames(file.Key));

    [TestCaseSource(nameof(Files))]
    public async Task Each_row_becomes_what_it_says_and_no_more(string file)
    {
        await Given.Newsletter("weekly");
        var standing = await Imports(file, File.ReadAllBytes(Sample(file)),
            file == Windows1251 ? new() { Encoding = "windows-1251" } : NobodysWord);
        var refused = await Refused(standing);
        var rows = Rows().Where(row => row.File.Split('/')[0] == file).ToList();
        foreach (var row in rows)
            await IsAsExpected(row, row.Status, row.ConfirmedAt, refused);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(rows.Count(row => IsTaken(row))), "nobody else was taken");
        Assert.That(Smtp.Mails, Is.Empty);
        var mails = await db.Set<Worker.Subscribers.Mails.SubscriberMail>().CountAsync();
        Assert.That(mails, Is.Zero, "an import mails nobody");
    }

    [TestCase("listmonk-subscribers.csv", ReaderStatus.Confirmed), TestCase("listmonk-list-confirmed.csv", ReaderStatus.Confirmed)]
    [TestCase("listmonk-list-unconfirmed.csv", ReaderStatus.Pending), TestCase("listmonk-list-unsubscribed.csv", ReaderStatus.Unsubscribed)]
    [TestCase("keila-contacts.csv", null), TestCase("mailchimp-audience.zip", ReaderStatus.Confirmed)]
    [TestCase("buttondown-subscribers.csv", ReaderStatus.Confirmed), TestCase("kit-subscribers.csv", ReaderStatus.Confirmed)]
    public async Task With_somebodys_word_a_row_becomes_what_that_word_allows(string file, ReaderStatus? word)
    {
        var given = new DateTimeOffset(2024, 5, 5, 0, 0, 0, TimeSpan.Zero);
        var standing = await Imports(file, File.ReadAllBytes(Sample(file)),
            new() { Status = word, ConsentDate = file.StartsWith("keila", StringComparison.Ordinal) ? given : null });
        var refused = await Refused(standing);
        foreach (var row in Rows().Where(row => row.File.Split('/')[0] == file))
        {
            var said = row.Vouched.Split(' ', 2);
            var at = said is [_, "<date given>"] ? given : said is [_, var date] ? Instant(date) : row.ConfirmedAt;
            await IsAsExpected(row, said[0], at, refused);
        }
    }

    [Test]
    public async Task A_file_whose_quotation_mark_is_never_closed_is_refused_whole_by_the_line_where_it_opened()
    {
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(
            () => Reads(Unclosed, File.ReadAllBytes(Sample(Unclosed)))))!;
        Assert.That(fault.Message, Does.Contain("Line 3").And.Contain("quotation mark").And.Contain("Nothing"));
        using var db = App.OpenDb();
        Assert.That((db.Subscribers.Count(), db.ReaderImports.Count(), db.ReaderImportPieces.Count()), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task A_file_in_a_code_page_is_refused_with_the_hint_and_never_guessed()
    {
        var fault = (await Assert.ThrowsAsync<UnreadableFileException>(
            () => Reads(Windows1251, File.ReadAllBytes(Sample(Windows1251)))))!;
        Assert.That(fault.Message, Does.Contain("--encoding windows-1251"));
    }

    private async Task IsAsExpected(Row row, string status, DateTimeOffset? confirmedAt, IReadOnlyList<RefusedLine> refused)
    {
        var where = $"{row.File}:{row.Line}";
        if (status is "refused" || row.Email == QuotedLocalPart)
        {
            Assert.That(refused.Select(line => line.Line), Does.Contain(row.Line), where);
            return;
        }
        var found = await Find(row.Email);
        Assert.That(found is null ? "skip" : StatusWords.Of(found.Status), Is.EqualTo(status), where);
        if (found is null)
            return;
        Assert.That((found.Address.ToLowerInvariant().Normalize(), found.Name ?? "", found.Language ?? ""),
            Is.EqualTo((Worker.Addresses.EmailAddress.Parse(row.Email).Normalized.ToLowerInvariant(), row.Name, row.Language)), where);
        Assert.That(found.Subscription.ConfirmedAt, Is.EqualTo(confirmedAt), where);
    }

    private static bool IsTaken(Row row) => row.Status is not ("refused" or "skip") && row.Email != QuotedLocalPart;

    private static IEnumerable<Row> Rows() => File.ReadLines(Sample("expected.tsv")).Skip(1).Select(line => line.Split('\t'))
        .Select(cells => new Row(cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], cells[3], cells[4],
            Instant(cells[5]), cells[6], cells[7]));

    private static DateTimeOffset? Instant(string text) =>
        text.Length == 0 ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Row(
        string File, int Line, string Email, string Name, string Status, DateTimeOffset? ConfirmedAt, string Language, string Vouched);
}
