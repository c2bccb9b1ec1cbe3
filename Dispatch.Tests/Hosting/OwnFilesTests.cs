using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;

namespace Dispatch.Tests.Hosting;

/// <summary>Other accounts on the machine can't read Dispatch's files.</summary>
[TestFixture(Provider.Sqlite), Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
public partial class OwnFilesTests(Provider provider) : DispatchTest(provider)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:Relays:0:Url", "pickup:outbox")];

    [Test]
    public async Task Files_are_closed_to_others_also_in_a_folder_that_was_open_before()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await StopAsync();
        Directory.CreateDirectory(Folder["outbox"]);
        Open(Folder.Path);
        await using var dispatch = DispatchProcess.Start("Dispatch.Api.dll", ["  data "],
            [.. ProcessSettings(), ("Worker:Embedded", "true")]);
        await dispatch.Heard;
        using var watcher = new FileSystemWatcher(Folder["outbox"], "*.eml") { EnableRaisingEvents = true };
        var came = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, mail) => came.TrySetResult(mail.Name!);
        watcher.Created += (_, mail) => came.TrySetResult(mail.Name!);
        using var http = new HttpClient { BaseAddress = new Uri(Listens().Match(dispatch.Said).Value) };
        await http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", "ben@readers.test")]));
        var name = await came.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.That(name, Does.StartWith(TimeProvider.System.GetUtcNow().Year.ToString(CultureInfo.InvariantCulture)),
            "by the calendar that everybody knows, whatever the server's");

        var open = Directory.EnumerateFileSystemEntries(Folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => (File.GetUnixFileMode(path) & Others) != 0);
        Assert.That(open.Select(path => Path.GetRelativePath(Folder.Path, path)), Is.Empty);
        Assert.That(File.Exists(Folder["dispatch.db-wal"]), "it was looked at too");
        Assert.That(File.GetUnixFileMode(Folder.Path) & Others, Is.Not.EqualTo(UnixFileMode.None),
            "the folder itself keeps the mode that somebody gave it");
    }

    [Test]
    public async Task Doctor_names_what_others_can_read()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await StopAsync();
        Assert.That(await FilesAsync(), Does.StartWith("ok"));
        Open(Folder.Path);
        Assert.That(await FilesAsync(),
            Does.StartWith("warning").And.Contain($"chmod go= {Folder.Path} ").And.Contain(
                Folder["dispatch.db"]).And.Contain(Folder["keys"]));
    }

    private async Task<string> FilesAsync() =>
        (await Typed.PrintsAsync(["doctor", .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")]))
            .Single(line => line.Contains(" files ", StringComparison.Ordinal));

    private static void Open(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder)
            .Where(path => !path.EndsWith("readers.json", StringComparison.Ordinal)))
            File.SetUnixFileMode(path, Directory.Exists(path) ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listens();
}
