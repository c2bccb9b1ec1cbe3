using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>The base of tests in which the database fails in the middle of an import.</summary>
public abstract class BadDayTest(Provider provider) : ImportTest(provider)
{
    private protected const int Readers = 12_000; // several chunks

    private protected static readonly byte[] Content = Encoding.UTF8.GetBytes("email,name,status,confirmed_at,note\n" + string.Concat(
        Enumerable.Range(1, Readers).Select(number =>
            $"reader{number}@readers.test,Reader {number},confirmed,2024-01-01,{new string('x', 300)}\n")));

    protected override bool OwnHost => true;

    /// <summary>Takes in an import, in the middle of which something happens, and then again. Nobody is lost or there by half.</summary>
    private protected async Task BreaksInTheMiddleAsync(Action happens, Action ends, bool isNoticed)
    {
        var id = await Reads("readers.csv", Content);
        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None));
        var noticed = false;
        try
        {
            await App.In<ReaderImports, bool>(async imports =>
            {
                await imports.RunAsync(id, (done, _) =>
                {
                    if (done == 1)
                        happens();
                }, CancellationToken.None);
                return true;
            });
        }
        catch (Exception fault) when (TransientErrors.IsDatabases(fault))
        {
            noticed = true;
        }
        Assert.That(noticed, Is.True.Or.EqualTo(isNoticed));
        ends();
        await using (var db = App.OpenDb())
        {
            var subscribers = await db.Subscribers.CountAsync();
            Assert.That(subscribers, noticed ? Is.GreaterThan(0).And.LessThan(Readers) : Is.EqualTo(Readers), "it was in the middle");
            Assert.That(await db.Subscriptions.CountAsync(), Is.EqualTo(subscribers), "nobody is there by half");
        }
        await App.In<ReaderImports, bool>(async imports =>
        {
            await imports.RunAsync(id, null, CancellationToken.None);
            return true;
        });
        var standing = await App.In<ReaderImports, ImportStanding?>(imports => imports.FindAsync(id, CancellationToken.None));
        await using var after = App.OpenDb();
        Assert.That((standing!.Import.State, standing.Counts.Added, await after.Subscriptions.CountAsync(),
            await after.ReaderImportPieces.CountAsync()), Is.EqualTo((ReaderImportState.Done, Readers, Readers, 0)));
    }
}

/// <summary>A disk that fills up while readers are imported.</summary>
[TestFixture(Provider.Sqlite)]
public class FullDiskImportTests(Provider provider) : BadDayTest(provider)
{
    private SmallDisk? disk;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("DataDirectory", disk!.Path)];

    [SetUp]
    public void Mount() => disk = Requires.SmallDisk(48);

    [TearDown]
    public async Task Unmount()
    {
        await StopAsync();
        disk?.Dispose();
    }

    [Test]
    public async Task What_was_taken_in_stays_and_the_rest_follows_when_there_is_room() =>
        await BreaksInTheMiddleAsync(disk!.Fill, disk!.Empty, isNoticed: true);
}

/// <summary>A disk that is too small for an import.</summary>
[TestFixture(Provider.Sqlite)]
public class SmallDiskImportTests(Provider provider) : BadDayTest(provider)
{
    private SmallDisk? disk;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("DataDirectory", disk!.Path)];

    [SetUp]
    public void Mount() => disk = Requires.SmallDisk(6);

    [TearDown]
    public async Task Unmount()
    {
        await StopAsync();
        disk?.Dispose();
    }

    [Test]
    public async Task The_command_says_in_one_line_that_nobody_is_there_by_half_and_what_to_do()
    {
        var path = Folder["readers.csv"];
        await File.WriteAllBytesAsync(path, Content);
        _ = App; // creates the database
        await StopAsync();
        var (exit, said) = await Typed.RunAsync(
            ["readers", "import", path, .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")]);
        await using var db = App.OpenDb();
        Assert.That((exit, said.Split('\n').Length, await db.Subscribers.CountAsync()), Is.EqualTo((1, 1, 0)), said);
        Assert.That(said, Does.Contain("disk may be full").And.Contain("same command again").And.Not.Contain("@"));
    }
}

/// <summary>A PostgreSQL server that restarts while readers are imported.</summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RestartedServerImportTests(Provider provider) : BadDayTest(provider)
{
    private PostgresCluster? server;
    private PostgresDatabase? database;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        database is null ? [] : [(DatabaseChoice.Key, database.ConnectionString)];

    [TearDown]
    public async Task EndServer()
    {
        await StopAsync();
        database?.Dispose();
        server?.Dispose();
    }

    [Test]
    public async Task What_was_taken_in_stays_and_the_rest_follows_when_it_is_back()
    {
        server = await Requires.OwnPostgresAsync();
        database = server.Create();
        // A chunk that is overtaken is tried again, and so may be one that the restart has interrupted.
        await BreaksInTheMiddleAsync(() => server.Restart("immediate"), () => { }, isNoticed: false);
    }
}
