using System.IO.Compression;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>The base of tests that import past issues.</summary>
public abstract class PastIssueTest(Provider provider) : DispatchTest(provider)
{
    private protected static string Sample(string name) => Path.Combine(Shared.Folder("corpora/imports/archives"), name);

    private protected Task<PastImportReport> Imports(string path, PastImportChoices? choices = null, PictureFetch? fetch = null) =>
        App.In<PastIssueImport, PastImportReport>(import => import.RunAsync(path, choices ?? new(), fetch, Actor.CommandLine, null,
            CancellationToken.None));

    /// <summary>Writes some files into a folder of their own and returns its path.</summary>
    private protected string Archive(params (string Name, string Content)[] files)
    {
        var folder = Folder[$"archive-{Guid.NewGuid():n}"];
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
        return folder;
    }

    /// <summary>Writes some files into a zip and returns its path.</summary>
    private protected string Zip(params (string Name, byte[] Content)[] files)
    {
        var path = Folder[$"archive-{Guid.NewGuid():n}.zip"];
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
        return path;
    }

    private protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private protected async Task<Issue> Issue(string slug)
    {
        await using var db = App.OpenDb();
        return await db.Issues.AsNoTracking().SingleAsync(issue => issue.Slug == slug);
    }

    private protected async Task<string> Page(string slug) =>
        await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}");
}
