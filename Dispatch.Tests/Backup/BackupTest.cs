using System.IO.Compression;
using Dispatch.Api.Hosting;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Backup;
using Dispatch.Worker.Database;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Backup;

/// <summary>The base of tests that back up one Dispatch and restore another.</summary>
public abstract class BackupTest(Provider provider) : DispatchTest(provider)
{
    private readonly List<IDisposable> made = [];
    private DispatchApp? restored;

    internal DispatchApp Restored => restored!;

    private protected string File => Folder["dispatch.zip"];

    [TearDown]
    public async Task ClearRestoredAway()
    {
        if (restored is not null)
            await restored.DisposeAsync();
        restored = null;
        made.ForEach(one => one.Dispose());
        made.Clear();
    }

    private protected async Task AssertEverythingComesBackAsync(Provider into)
    {
        await Given.ConfirmedSubscribers(120);
        await Given.Suppression("gone@example.org");
        await Given.IssueDueNow("Sent before");
        await App.RunUntilIdle();
        await AddPictureAsync(await Given.Draft("With a picture"));
        await BackUpAsync();

        await RestoreAsync(NewPlace(into));

        var (before, after) = (ContentOf(File), ContentOf(await BackUpAgainAsync()));
        Assert.That(after.Keys, Is.EquivalentTo(before.Keys));
        foreach (var (entry, lines) in before)
            if (entry is "tables/Audit.jsonl")
                Assert.That(after[entry], Is.SupersetOf(lines).And.Length.EqualTo(lines.Length + 1), "the restoration");
            else if (entry is not ("backup.json" or "tables/Newsletters.jsonl" or "tables/DatabaseVersions.jsonl"))
                Assert.That(after[entry], Is.EquivalentTo(lines), entry);
        Assert.That(before.Keys, Has.Some.EndsWith(".jpg").And.None.Contains("keys"));
        Assert.That(await restored!.Http.GetStringAsync($"newsletters/{(await Given.Newsletter()).Slug}/archive"),
            Does.Contain("Sent before"));
    }

    private protected async Task AddPictureAsync(int issue) =>
        await (await ApiCaller.With(App)).AddPicture(issue, shade: 1);

    private protected Task BackUpAsync() => BackUpAsync(App, File);

    private async Task<string> BackUpAgainAsync()
    {
        var again = Folder["again.zip"];
        await BackUpAsync(restored!, again);
        return again;
    }

    private static async Task BackUpAsync(DispatchApp app, string path)
    {
        await using var to = System.IO.File.Create(path);
        await app.In<BackupWriter, BackupDone>(writer => writer.WriteAsync(to, CancellationToken.None));
    }

    /// <summary>Restores the backup, starts Dispatch on it, and returns what the verb says.</summary>
    private protected async Task<string> RestoreAsync(Place place)
    {
        var said = await TryRestoreAsync(place);
        restored = new DispatchApp(Clock, [.. ProcessSettings(), ("Worker:Embedded", "false"), .. place.Settings]);
        return said;
    }

    private protected async Task<string> RefusedAsync(Place place)
    {
        try
        {
            await TryRestoreAsync(place);
        }
        catch (Exception fault) when (fault is InvalidDataException or StartException)
        {
            return fault.Message;
        }
        Assert.Fail("expected it to be refused");
        return "";
    }

    private async Task<string> TryRestoreAsync(Place place)
    {
        var said = "";
        await ApiHost.WithServicesAsync([.. place.Settings.Select(setting => $"--{setting.Key}={setting.Value}")], async services =>
        {
            var (done, says) = await services.GetRequiredService<BackupReader>().ReadAsync(File, CancellationToken.None);
            said = BackupVerbs.Words(done, says);
            return 0;
        }, prepared: false);
        return said;
    }

    /// <summary>An empty place for a restored Dispatch.</summary>
    private protected Place NewPlace(Provider into, bool withKeys = true)
    {
        var folder = new TemporaryFolder();
        made.Add(folder);
        if (withKeys)
        {
            Directory.CreateDirectory(folder["keys"]);
            System.IO.File.Copy(Folder["keys/readers.json"], folder["keys/readers.json"]);
        }
        if (into is Provider.Sqlite)
            return new(folder.Path, "");
        var database = Requires.Postgres().Create(migrated: false);
        made.Add(database);
        return new(folder.Path, database.ConnectionString);
    }

    private protected sealed record Place(string Folder, string ConnectionString)
    {
        public IEnumerable<(string Key, string Value)> Settings =>
            [("DataDirectory", Folder), (DatabaseChoice.Key, ConnectionString)];
    }

    private static Dictionary<string, string[]> ContentOf(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using (var from = entry.Open())
                from.CopyTo(content);
            return entry.FullName.StartsWith("files/", StringComparison.Ordinal) ? [Convert.ToBase64String(content.ToArray())]
                : System.Text.Encoding.UTF8.GetString(content.ToArray()).Split('\n');
        });
    }
}
