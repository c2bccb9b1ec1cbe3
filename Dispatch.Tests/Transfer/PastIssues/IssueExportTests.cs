using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>The verb <c>issues export</c>, and the import of what it wrote.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IssueExportTests(Provider provider) : PastIssueTest(provider)
{
    private const string Odd = "A \"road\": of C:\\ and\u2028more # x";

    [Test]
    public async Task What_was_exported_gives_the_same_issues_and_the_same_bytes_again()
    {
        await FillAsync();
        var first = await ExportAsync("first");
        await using (var db = App.OpenDb())
            await RemoveAllAsync(db);
        var report = await Imports(Folder["first"]);
        Assert.That(report.Result, Is.EqualTo(new PastImportResult(3, 1, 1, 2, 0, 0, 0, 0, 4, 10, 0)),
            string.Join('\n', report.Lines.SelectMany(line => line.Remarks)));
        var second = await ExportAsync("second");
        Assert.That(second.Keys, Is.EquivalentTo(first.Keys));
        foreach (var (name, bytes) in first)
            Assert.That(second[name], Is.EqualTo(bytes), name);
        Assert.That((await Issue("members")).LastError, Does.Contain("held back"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1), "the one from before");
        await using var after = App.OpenDb();
        var odd = await after.Issues.SingleAsync(issue => issue.Subject == Odd);
        Assert.That((odd.State, odd.FirstSentWith, odd.Byline), Is.EqualTo((IssueState.Sent, "Dispatch", "Ana Novak")));
        Assert.That((await after.Corrections.SingleAsync()).Text, Is.EqualTo("It was \"two\".\nNot three."));
        Assert.That(await Page(odd.Slug), Does.Contain("<figcaption>A caption <span class=\"credit\">Who</span>")
            .And.Contain("It was &quot;two&quot;."));
    }

    [Test]
    public async Task An_exported_draft_is_a_file_that_issues_add_reads()
    {
        await Given.Draft("From the steppe", "A road.");
        await ExportAsync("out");
        var path = Directory.EnumerateFiles(Folder["out"], "issue.md", SearchOption.AllDirectories).Single();
        Assert.That(await Worker.Issues.Files.IssueFile.ReadAsync(path), Is.InstanceOf<Worker.Issues.Files.IssueFileReading.Read>());
        Assert.That(await File.ReadAllTextAsync(path),
            Does.StartWith("---\nnewsletter: \"china-in-eurasia\"\nsubject: \"From the steppe\"\n")
            .And.EndWith("\n---\nA road."));
        await using var db = App.OpenDb();
        Assert.That((await db.Audit.SingleAsync(entry => entry.Action == "issues.exported")).Detail,
            Is.EqualTo("0 sent, 1 draft, 0 pictures"));
    }

    // One issue that went out from here with pictures and a correction, three past ones of which one is off the archive, and drafts.
    private async Task FillAsync()
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        var api = await ApiCaller.With(App);
        var made = await api.Post("/newsletters/china-in-eurasia/issues", new
        {
            subject = Odd,
            byline = "Ana Novak",
            preheader = "  Short: words ",
            body = "\n![A road](photos/border.jpg \"A caption | Who\")\n\n![A chart](photos/chart.png)\n\n---\n\nWords **bold**.",
        });
        var id = made["id"].GetInt32();
        await api.AddPicture(id, shade: 1);
        await api.AddPicture(id, shade: 9, name: "chart.png");
        (await api.Post($"/issues/{id}/send")).Is(200);
        await App.RunAfter(TimeSpan.FromMinutes(2));
        (await api.Post($"/issues/{id}/corrections", new { text = "It was \"two\".\nNot three." })).Is(201);
        await Imports(Sample("ghost"));
        var past = Zip(("a/index.md", Utf8("---\ntitle: Pictured\ndate: 2024-02-02\n---\n![One](one.jpg)\n\n![Two](two.png)\n")),
            ("a/one.jpg", Pictures.Jpeg(3)), ("a/two.png", Pictures.Png(300, 200)));
        await Imports(past);
    }

    private async Task<Dictionary<string, byte[]>> ExportAsync(string name)
    {
        Directory.CreateDirectory(Folder[name]);
        await App.In<IssueExport, ExportedIssues>(export => export.WriteAsync(Folder[name], Actor.CommandLine, CancellationToken.None));
        return Directory.EnumerateFiles(Folder[name], "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(Folder[name], file), File.ReadAllBytes);
    }

    private static async Task RemoveAllAsync(Worker.Database.DispatchDb db)
    {
        foreach (var table in new[] { "Deliveries", "DeliveryChunks", "EditionFrames", "Editions", "Photos", "ProviderSums", "Issues" })
#pragma warning disable EF1002 // fixed names
            await db.Database.ExecuteSqlRawAsync($"DELETE FROM \"{table}\"");
#pragma warning restore EF1002
    }
}
