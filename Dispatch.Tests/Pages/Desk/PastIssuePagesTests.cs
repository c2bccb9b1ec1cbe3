using System.IO.Compression;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>Past issues, imported by the desk's page, and taken out again.</summary>
[TestFixture(Provider.Sqlite)]
public class PastIssuePagesTests(Provider provider) : DispatchTest(provider)
{
    private const string Form = "/desk/issues/import";

    [TestCase("it isn't in the archive; to fetch it, use --old-site with --fetch-pictures",
        "it isn’t in the archive; to fetch it, use “Old site” with “Fetch pictures” (under More)")]
    [TestCase("say with --old-site where it was", "say with “Old site” where it was")]
    [TestCase("Newsletter 'x' isn't here", "Newsletter 'x' isn’t here")]
    public void An_option_of_the_command_line_made_a_broken_sentence_on_the_desk(string sentence, string told) =>
        Assert.That(Dispatch.Api.Pages.Desk.ImportTerms.OnDesk(sentence), Is.EqualTo(told));

    [Test]
    public async Task An_archive_is_looked_at_first_and_then_taken_by_a_button()
    {
        var desk = await DeskAsync();
        var page = await UploadsAsync(desk, Zip(
            ("blog/a.md", Post("The road", "![A road](one.jpg)\n\n[The dam](https://gazeta.example/p/b)")),
            ("blog/one.jpg", Pictures.Jpeg()), ("blog/b.md", Post("The dam", "![x](two.jpg)", "aliases: [/p/b]")),
            ("blog/c.md", Post("Not yet", "Words.", "draft: true")), ("blog/email_list.csv", Utf8("email\nana@readers.test\n"))));
        Assert.That(desk.Text, Does.Contain("What would happen").And.Contain("Import 3 issues").And.Contain("two.jpg")
            .And.Contain("1 link to https://gazeta.example").And.Contain("“Old site”").And.Not.Contain("--"));
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.Zero);
        await desk.SubmitAsync("#decide", []);
        await EndsAsync(desk, page);
        Assert.That(desk.Text, Does.Contain("The issues are here, and nobody was emailed.")
            .And.Contain("old addresses kept").And.Not.Contain("Import 3"));
        Assert.That(await db.Issues.OrderBy(issue => issue.Subject).Select(issue => issue.State).ToListAsync(),
            Is.EqualTo(new[] { IssueState.Draft, IssueState.Sent, IssueState.Sent }));
        Assert.That(Uploaded(), Has.None.EndsWith(".sealed"), "the archive goes, its report stays for a day");
        await UploadsAsync(desk, Zip(("blog/b.md", Post("The dam", "![x](two.jpg)", "aliases: [/p/b]"))));
        Assert.That(desk.Text, Does.Contain("already here"));
    }

    [Test]
    public async Task Nothing_of_a_discarded_archive_stays_and_it_never_lay_open_on_the_disk()
    {
        var desk = await DeskAsync();
        await UploadsAsync(desk,
            Zip(("a.md", Post("The road", "Words of a draft.")), ("email_list.csv", Utf8("email\nana@readers.test\n"))));
        foreach (var file in Uploaded())
            Assert.That(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)),
                Does.Not.Contain("ana@readers").And.Not.Contain("Words of"));
        Assert.That(Uploaded(), Has.Count.EqualTo(2));
        await desk.SubmitAsync("#decide", [], "Discard");
        Assert.That(desk.Text, Does.Contain("Discarded"));
        Assert.That(Uploaded(), Is.Empty);
    }

    [Test]
    public async Task What_somebody_else_has_begun_to_import_is_not_discarded()
    {
        var (ana, ben) = (await DeskAsync(), await DeskAsync("ben@news.test"));
        var page = await UploadsAsync(ana, Zip(("a.md", Post("The road", "Words."))));
        await ben.OpenAsync(ana.Path);
        await ana.SubmitAsync("#decide", [], "Import 1 issue");
        await EndsAsync(ana, page);
        await ben.SubmitAsync("#decide", [], "Discard");
        Assert.That(ben.Text, Does.Contain("Someone has already decided about this file.").And.Not.Contain("Discarded"));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"), Does.Contain("The road"));
    }

    [TestCase("list.csv", "email\nana@readers.test\n", "isn’t recognized")]
    [TestCase("cut.zip", "PK\u0003\u0004 and no more", "the zip is damaged")]
    [TestCase("empty.zip", "", "The file is empty")]
    [TestCase("page.json", "<!DOCTYPE html><p>Sign in", "isn’t recognized")]
    public async Task A_file_that_is_no_archive_is_refused_in_words(string name, string content, string why)
    {
        var desk = await DeskAsync();
        await UploadsAsync(desk, (name, Utf8(content)));
        Assert.That(desk.Text, Does.Contain(why).And.Not.Contain("ana@").And.Not.Contain("--"));
        Assert.That(Uploaded(), Has.None.EndsWith(".sealed"));
    }

    [Test]
    public async Task What_nobody_decided_about_for_a_day_is_deleted()
    {
        var desk = await DeskAsync();
        var page = await UploadsAsync(desk, Zip(("a.md", Post("The road", "Words."))));
        foreach (var file in Uploaded())
            File.SetLastWriteTimeUtc(file, Clock.GetUtcNow().UtcDateTime.AddDays(-2));
        App.Services.GetRequiredService<ArchiveUploads>().DeleteOld();
        await desk.OpenAsync(page);
        Assert.That((desk.Status, Uploaded().Count), Is.EqualTo((404, 0)));
    }

    [Test]
    public async Task All_issues_are_taken_out_as_a_zip_that_the_page_takes()
    {
        var desk = await DeskAsync();
        var page = await UploadsAsync(desk, Zip(("a.md", Post("The road", "![A road](one.jpg)")), ("one.jpg", Pictures.Jpeg())));
        await desk.SubmitAsync("#decide", []);
        await EndsAsync(desk, page);
        await desk.OpenAsync(Form);
        await desk.SubmitAsync("#export");
        using var zip = new ZipArchive(await desk.Answer.Content.ReadAsStreamAsync());
        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(new[]
        {
            "china-in-eurasia/2024-05-15-a/issue.md", "china-in-eurasia/2024-05-15-a/photos/one.jpg",
        }));
    }

    private static async Task<string> UploadsAsync(DeskBrowser desk, (string Name, byte[] Bytes) file)
    {
        await desk.OpenAsync(Form);
        await desk.SubmitAsync("#upload", [], null, file);
        return desk.Path;
    }

    private async Task EndsAsync(DeskBrowser desk, string page)
    {
        await App.Services.GetRequiredService<ArchiveUploads>().WorkOn(page.Split('/')[^1]);
        await desk.OpenAsync(page);
    }

    private List<string> Uploaded() => App.Services.GetRequiredService<DataFolder>().PathTo("uploads") is var folder
        && Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder)] : [];

    private Task<DeskBrowser> DeskAsync(string name = "someone@news.test") => DeskBrowser.SignedInAsync(App, name, StaffRoles.Editor);

    private static (string Name, byte[] Bytes) Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
            foreach (var (name, content) in files)
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(content);
        return ("archive.zip", bytes.ToArray());
    }

    private static byte[] Post(string title, string body, string more = "x: y") =>
        Utf8($"---\ntitle: {title}\ndate: 2024-05-15\n{more}\n---\n{body}\n");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
