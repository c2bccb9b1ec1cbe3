using System.IO.Compression;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>
/// Exports as they come after somebody has opened, joined, sorted or saved them in a spreadsheet. An outcome is each reader's status, then
/// the column for which each refused line is refused.
/// </summary>
public class HandledFilesTests
{
    private const string Own = "email,name,status,confirmed_at\n";
    private const string Substack = "email;active_subscription;email_disabled;created_at\n";
    private const string Brevo = "EMAIL;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME\n";
    private const string Listmonk = "uuid,email,name,attributes,status,created_at,updated_at\n";
    private const string Entry = "{\"email\": \"a@x.test\", \"lists\": [], \"attribs\": {}, \"status\": \"blocklisted\"}";

    private readonly KeyRing ring = KeyRing.LoadOrCreate(Path.Combine(Path.GetTempPath(), $"dispatch-handled-{Guid.NewGuid():N}.json"));

    [TearDown]
    public void RemoveKeys() => File.Delete(ring.Path!);

    // Twice the same column, as after joining two sheets.
    [TestCase("email,active_subscription,email_disabled,created_at,email_disabled\na@x.test,false,false,2024-01-01,true\n"
        + "b@x.test,false,false,2024-01-01,FALSE\n", null, "b@x.test confirmed, email_disabled")]
    [TestCase(Own + "a@x.test,Ana,confirmed,2024-01-01\n", null, "a@x.test confirmed")]
    // TRUE and FALSE in the language of the spreadsheet.
    [TestCase(Substack + "a@x.test;FALSCH;FALSCH;2024-01-01\nb@x.test;WAHR;WAHR;2024-01-01\n", null,
        "a@x.test confirmed, b@x.test unsubscribed")]
    [TestCase(Substack + "a@x.test;ЛОЖЬ;ЛОЖЬ;2024-01-01\nb@x.test;FAUX;VRAI;2024-01-01\nc@x.test;FAUX;oh;2024-01-01\n", null,
        "a@x.test confirmed, b@x.test unsubscribed, email_disabled")]
    [TestCase(Brevo + "a@x.test;Non;Oui;x;x\nb@x.test;Oui;Non;x;x\nc@x.test;X;Non;x;x\nd@x.test;;;x;x\n", "confirmed",
        "a@x.test confirmed, b@x.test unsubscribed, d@x.test confirmed, EMAIL_BLACKLISTED")]
    // A goodbye counts although a spreadsheet has rewritten its day; a confirmation doesn't.
    [TestCase(Own + "a@x.test,,unsubscribed,13.3.2024\nb@x.test,,confirmed,13.3.2024\nc@x.test,,bounced,2099-01-01\n", null,
        "a@x.test unsubscribed, c@x.test bounced, confirmed_at")]
    [TestCase("email,status,confirmed_at,unsubscribed_at\na@x.test,confirmed,2024-01-01,13.3.2024\n", null, "unsubscribed_at")]
    // Defaults of databases and languages are no dates.
    [TestCase(Own + "a@x.test,,confirmed,1900-01-01\nb@x.test,,confirmed,0001-01-01T00:00:00Z\n", null,
        "a@x.test pending, b@x.test pending")]
    [TestCase(Listmonk + "1,a@x.test,,{},blocklisted,0001-01-01 00:00:00 +0000 UTC,\n", null, "a@x.test unsubscribed")]
    [TestCase("id,email,metadata,subscriber_type,creation_date,subscription_date,unsubscription_date\n"
        + "1,a@x.test,{},regular,2024-01-01,2024-01-01,2024-02-01\n", null, "a@x.test unsubscribed")]
    [TestCase("email,newsletters,status,confirmed_at,unsubscribed_at\na@x.test,china-in-eurasia,confirmed,2024-01-01,2024-02-01\n", null,
        "a@x.test unsubscribed")]
    // Columns and words that nobody has explained don't confirm against what they seem to say.
    [TestCase("email,Opt-out,confirmed_at\na@x.test,0,2024-01-01\nb@x.test,1,2024-01-01\n", "confirmed", "a@x.test confirmed, Opt-out")]
    [TestCase("email,Отписан,confirmed_at\na@x.test,нет,2024-01-01\nb@x.test,да,2024-01-01\n", "confirmed", "a@x.test confirmed, Отписан")]
    [TestCase("email,Statut,confirmed_at\na@x.test,Abonné,2024-01-01\nb@x.test,Désabonné,2024-01-01\n", "confirmed",
        "a@x.test confirmed, Statut")]
    [TestCase("email,IsExcludedFromCampaigns,confirmed_at\na@x.test,False,2024-01-01\nb@x.test,True,2024-01-01\n", "confirmed",
        "a@x.test confirmed, IsExcludedFromCampaigns")]
    [TestCase("email,status,confirmed_at,unsubscribed,bounces\na@x.test,confirmed,2024-01-01,no,1\n"
        + "b@x.test,confirmed,2024-01-01,2024-02-01,0\n", null, "a@x.test confirmed, unsubscribed")]
    [TestCase("Subscriber,Sent,Opens,Clicks,Subscribed,Unsubscribed\na@x.test,1,1,1,2024-01-01,2024-02-01 10:00:00\n", "confirmed",
        "Unsubscribed")]
    [TestCase("[{\"email\": \"a@x.test\", \"subscribed\": false, \"confirmed_at\": \"2024-01-01\"}]", "confirmed", "subscribed")]
    [TestCase("email,opt-out,confirmed_at\na@x.test,yes,2024-01-01\n", null, "a@x.test pending")]
    // Rows without text, and the delimiter named between quotation marks.
    [TestCase(Own + ",,,\na@x.test,,pending,\n , ,,\n  \nTotal,1,,\n", null, "a@x.test pending, email")]
    [TestCase(" ,\n,\nemail,status\na@x.test,pending\n", null, "a@x.test pending")]
    [TestCase("\"sep=;\"\r\nemail;status\r\na@x.test;pending\r\n", null, "a@x.test pending")]
    [TestCase("\u00A0E-Mail\u00A0,STATUS\na@x.test,pending\n", null, "a@x.test pending")]
    // JSON: a property twice, and one page of several.
    [TestCase("[{\"email\": \"a@x.test\", \"lists\": [], \"attribs\": {}, \"status\": \"enabled\", \"status\": \"blocklisted\"}]", null,
        "status")]
    [TestCase("{\"data\": {\"results\": [" + Entry + "], \"total\": 412}}", null, "a@x.test unsubscribed, list.csv has 1 of 412 readers")]
    public void A_line_that_contradicts_itself_confirms_nobody(string content, string? status, string outcome) =>
        Assert.That(Outcome("list.csv", Encoding.UTF8.GetBytes(content),
            new() { Status = StatusWords.Read(status), ConsentDate = Consent(content) }), Is.EqualTo(outcome));

    [TestCase("our readers\n\nemail,name\na@x.test,Ana\n", "If it is a title, remove it")]
    [TestCase("Adresse\na@x.test\n", "--map \"Adresse=email\"")]
    [TestCase("\n  \n,,\n", "is empty")]
    [TestCase("{\\rtf1\\ansi email,name}", "RTF")]
    public void What_is_no_list_is_refused_by_what_it_is(string content, string why) =>
        Assert.That(Outcome("list.csv", Encoding.UTF8.GetBytes(content)), Does.Contain(why).And.Not.Contain("x.test"));

    [TestCase("content.xml", "", "LibreOffice"), TestCase("Index/Document.iwa", "", "Numbers"), TestCase("a/b.zip", "PK", "another zip")]
    [TestCase("xl/workbook.xml", "", "Excel")]
    public void A_zip_of_something_else_is_refused_by_what_it_is(string name, string content, string why) =>
        Assert.That(Outcome("list.csv", Zip((name, content))), Does.Contain(why));

    [Test]
    public void An_empty_file_in_a_zip_is_told_and_the_others_are_read() =>
        Assert.That(Outcome("list.zip", Zip(("a.csv", ""), ("b.csv", Own + "a@x.test,,pending,\n"))),
            Is.EqualTo("a@x.test pending, a.csv in the zip is empty."));

    [Test]
    public void A_zip_with_a_password_is_refused_with_what_to_do()
    {
        var zip = Zip(("a.csv", Own + "a@x.test,,pending,\n"));
        foreach (var (mark, flag) in new[] { ("PK\u0003\u0004", 6), ("PK\u0001\u0002", 8) })
            zip[zip.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) + flag] |= 1;
        Assert.That(Outcome("list.zip", zip), Does.Contain("password"));
    }

    [TestCase("utf-16LE", true), TestCase("utf-16BE", true), TestCase("utf-16LE", false), TestCase("utf-16BE", false)]
    public void JSON_as_Windows_PowerShell_saves_it_is_read(string encoding, bool marked)
    {
        var wide = Encoding.GetEncoding(encoding);
        byte[] file = [.. marked ? wide.GetPreamble() : [], .. wide.GetBytes($"[{Entry}]")];
        Assert.That(Outcome("list.json", file), Is.EqualTo("a@x.test unsubscribed"));
        Assert.That(Outcome("list.json", file[..^1]), Does.StartWith("The file is not"));
    }

    [Test]
    public void Columns_are_mapped_however_their_accents_and_spaces_are_written_also_in_JSON()
    {
        var map = new Dictionary<string, string> { ["Adresse é-mail"] = "email", ["Ville"] = "-" };
        Assert.That(Outcome("list.csv", Encoding.UTF8.GetBytes("Adresse\u00A0e\u0301-mail,Ville\na@x.test,Brno\n"), new() { Map = map }),
            Is.EqualTo("a@x.test pending"));
        Assert.That(Outcome("list.json", Encoding.UTF8.GetBytes("[{\"Adresse é-mail\": \"a@x.test\", \"Ville\": \"Brno\"}]"),
            new() { Map = map }), Is.EqualTo("a@x.test pending"));
    }

    // Brevo's own dates have no known order.
    private static DateTimeOffset? Consent(string content) =>
        content.StartsWith(Brevo, StringComparison.Ordinal) ? DispatchTest.Start.AddYears(-1) : null;

    private string Outcome(string name, byte[] content, ImportChoices? choices = null)
    {
        var newsletter = new Newsletter { Id = 1, Slug = "china-in-eurasia", Name = "China In Eurasia" };
        var (said, found) = (choices ?? new(), new ImportFindings());
        List<string> readers = [], refused = [];
        var reading = new FileReading(said, new RowJudge(said, [newsletter], newsletter, ring, DispatchTest.Start, found), found)
        {
            Stage = reader => readers.Add($"{EmailAddress.Parse(reader.Address).Key} "
                + StatusWords.Of(reader.Statements.Max(statement => statement.Status))),
            Refuse = line => refused.Add(line.Column),
            Cancel = CancellationToken.None,
        };
        try
        {
            reading.Read(name, new MemoryStream(content), content.Length);
        }
        catch (UnreadableFileException unreadable)
        {
            return unreadable.Message;
        }
        var told = found.Remarks.Where(remark => remark.Contains(".csv", StringComparison.Ordinal))
            .Select(remark => remark.Split(": ")[0]);
        return string.Join(", ", readers.Concat(refused).Concat(told));
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(Encoding.UTF8.GetBytes(content));
        return bytes.ToArray();
    }
}
