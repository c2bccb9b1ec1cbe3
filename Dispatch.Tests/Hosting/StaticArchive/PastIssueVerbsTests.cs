using System.IO.Compression;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Hosting.StaticArchive;

/// <summary>The verbs that bring past issues and take all issues out, as ops type them.</summary>
[Category(Needs.Processes)]
public class PastIssueVerbsTests
{
    [Test]
    public async Task Past_issues_come_in_and_go_out_by_the_command_line()
    {
        using var folder = new TemporaryFolder();
        var archive = folder["archive.zip"];
        await using (var zip = await ZipFile.OpenAsync(archive, ZipArchiveMode.Create))
        {
            await using (var text = await zip.CreateEntry("a.md").OpenAsync())
                await text.WriteAsync("---\ntitle: The road\ndate: 2024-05-15\n---\n![A road](one.jpg)\n"u8.ToArray());
            await using (var picture = await zip.CreateEntry("one.jpg").OpenAsync())
                await picture.WriteAsync(Pictures.Jpeg());
        }
        var data = $"--DataDirectory={folder["data"]}";
        var printed = await Typed.PrintsAsync("issues", "import", archive, "--dry-run", data);
        Assert.That(printed, Has.Some.EqualTo("This was a dry run: nothing was changed."));
        printed = await Typed.PrintsAsync("issues", "import", archive, data);
        Assert.That(printed, Has.Some.StartsWith("published         2024-05-15  The road"));
        Assert.That(printed[^1], Does.StartWith("{\"published\":1,\"offArchive\":0,"));
        printed = await Typed.PrintsAsync("issues", "export", folder["issues"], data);
        Assert.That(printed.Single(), Does.StartWith("Wrote 1 issue, 0 drafts and 1 picture to "));
        Assert.That(Path.Combine(folder["issues"], "china-in-eurasia/2024-05-15-a/photos/one.jpg"), Does.Exist);
        var (exit, said) = await Typed.RunAsync("issues", "export", folder["issues"], data);
        Assert.That((exit, said.Contains("isn't empty", StringComparison.Ordinal)), Is.EqualTo((1, true)), said);

        // The build of these tests is no published program, and the process is in Production.
        await using var export = DispatchProcess.Start(
            "Dispatch.Api.dll", [], [("DataDirectory", folder["data"])], "archive", "export", folder["site"]);
        Assert.That(await export.EndsAsync(), Is.Zero, export.Said);
        Assert.That(export.Said, Does.Contain("begin with index.html.").And.Not.Contain("Missing"));
        var page = await File.ReadAllTextAsync(Path.Combine(folder["site"], "newsletters/china-in-eurasia/issues/a/index.html"));
        var style = System.Text.RegularExpressions.Regex.Match(page, "rel=\"stylesheet\" href=\"((?:\\.\\./)+[^\"?]*)");
        Assert.That(Path.GetFullPath(Path.Combine(folder["site"], "newsletters/china-in-eurasia/issues/a", style.Groups[1].Value)),
            Does.Exist);
    }
}
