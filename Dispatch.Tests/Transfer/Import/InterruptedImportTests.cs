using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>An import that is killed goes on, on this machine or another, and ends the same.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class InterruptedImportTests(Provider provider) : ImportTest(provider)
{
    private const int Readers = 12_000;

    // Large enough for several chunks.
    private static readonly byte[] File = Encoding.UTF8.GetBytes("email,name,status,confirmed_at,note\n" + string.Concat(
        Enumerable.Range(1, Readers).Select(number => $"reader{number}@readers.test,Reader {number},confirmed,2024-01-01T00:00:00Z,"
            + $"a note of some length about reader {number} to fill the file\n")));

    [Test]
    public async Task Jobs_take_it_in_and_the_sweep_takes_up_what_a_killed_process_left()
    {
        var id = await Reads("readers.csv", File);
        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: true, CancellationToken.None));
        Assert.That(await App.Jobs.RunAsync(), Is.EqualTo(1));
        App.Jobs.Forget(); // the process is killed
        var half = await CountAsync();
        Assert.That(half, Is.GreaterThan(0).And.LessThan(Readers), "it was in the middle");
        Assert.That(await SweepAndRunAsync(), Is.Zero, "somebody may still be working on it");
        Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That(await SweepAndRunAsync(), Is.GreaterThan(0));
        var standing = await App.In<ReaderImports, ImportStanding?>(imports => imports.FindAsync(id, CancellationToken.None));
        Assert.That((standing!.Import.State, standing.Counts.Added, await CountAsync()),
            Is.EqualTo((ReaderImportState.Done, Readers, Readers)));
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImportPieces.CountAsync(), Is.Zero, "no staged row is left");
        Assert.That(App.Jobs.Names, Has.All.Not.Contains("@"));
    }

    [Test]
    public async Task The_command_typed_again_goes_on_where_it_was_killed()
    {
        var path = Folder["readers.csv"];
        await System.IO.File.WriteAllBytesAsync(path, File);
        var id = await App.In<ReaderImports, int>(async imports =>
        {
            var fingerprint = await imports.FingerprintOf(new MemoryStream(File), new(), CancellationToken.None);
            return await imports.ReadAsync(new("readers.csv", new MemoryStream(File), File.Length), new(), Actor.CommandLine, fingerprint,
                CancellationToken.None);
        });
        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: false, CancellationToken.None));
        Assert.That(await App.In<ImportChunks, bool>(chunks => chunks.TakeInAsync(id, 0, CancellationToken.None)), Is.True);
        Assert.That(await App.In<ImportChunks, bool>(chunks => chunks.TakeInAsync(id, 0, CancellationToken.None)), Is.False, "not twice");
        var printed = await Typed.PrintsAsync(Line("readers", "import", path));
        Assert.That(printed, Has.Some.Contains("This run continued it"));
        Assert.That(printed[^1], Does.StartWith($$"""{"added":{{Readers}},"updated":0,"unchanged":0,"skipped":0,"refused":0,"""));
        printed = await Typed.PrintsAsync(Line("readers", "import", path));
        Assert.That(printed, Has.Some.Contains("Nothing changed"));
        Assert.That(printed[^1], Does.StartWith($$"""{"added":0,"updated":0,"unchanged":{{Readers}},"""));
        Assert.That(await CountAsync(), Is.EqualTo(Readers));
    }

    [Test]
    public async Task A_sign_up_in_the_middle_of_an_import_is_neither_lost_nor_doubled()
    {
        var id = await Reads("readers.csv", File);
        await App.In<ReaderImports, bool>(imports => imports.BeginAsync(id, Actor.CommandLine, queued: true, CancellationToken.None));
        var running = Task.Run(async () =>
        {
            while (await App.Jobs.RunAsync() > 0)
            {
            }
        });
        for (var number = 1; number <= 20; number++)
            (await Reader.Subscribes($"reader{number * 7}@readers.test")).EnsureSuccessStatusCode();
        await running.WithinAMinute();
        Assert.That(await CountAsync(), Is.EqualTo(Readers));
    }

    [Test]
    public async Task What_nobody_decided_about_is_deleted_after_a_day()
    {
        await Reads("readers.csv", "email,status\nana@readers.test,pending\n"u8.ToArray());
        Clock.Advance(ReaderImports.KeptFor + TimeSpan.FromMinutes(1));
        await SweepAndRunAsync();
        await using var db = App.OpenDb();
        Assert.That((await db.ReaderImports.CountAsync(), await db.ReaderImportPieces.CountAsync()), Is.EqualTo((0, 0)));
    }

    private async Task<int> SweepAndRunAsync()
    {
        await App.In<ImportSweep, bool>(async sweep =>
        {
            await sweep.RunAsync(CancellationToken.None);
            return true;
        });
        var ran = 0;
        for (int some; (some = await App.Jobs.RunAsync()) > 0; ran += some)
        {
        }
        return ran;
    }

    private async Task<int> CountAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.CountAsync();
    }

    private string[] Line(params string[] words) => [.. words, .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")];
}
