using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Import;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static System.FormattableString;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>
/// The command that imports is killed as often as <c>DISPATCH_TEST_KILLS</c> says, at moments spread over the whole import, and typed again
/// each time. The end is the same as if nothing had happened. <c>DISPATCH_TEST_READERS</c> sets the number of readers.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
[Category(Needs.Processes)]
public class KilledImportTests(Provider provider) : ImportTest(provider)
{
    private static readonly int Kills = Number("DISPATCH_TEST_KILLS", 2);

    // Enough for four chunks, so that a kill comes between two of them.
    private static readonly int Readers = Math.Max(8_000, Number("DISPATCH_TEST_READERS", 0));

    [Test]
    public async Task Killed_again_and_again_it_ends_the_same_as_if_nothing_had_happened()
    {
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow()); // separate processes use the real time
        var file = MakeFile();
        var undisturbed = await Imports("readers.csv", file);
        var export = await ExportAsync();
        Assert.That((undisturbed.Counts.Added, undisturbed.Findings.Refused), Is.EqualTo((Readers, Readers / 1000)));
        await EmptyAsync();
        var path = Folder["readers.csv"];
        await File.WriteAllBytesAsync(path, file);
        await StopAsync(); // only one process may use a SQLite file

        await using (var moments = await Moments.OfAsync(this))
            for (var (kill, late) = (0, 0); kill < Kills; kill++)
            {
                // The first moment is while the file is read, the others while readers are written.
                using var over = new CancellationTokenSource();
                var comes = moments.ComesAsync(undisturbed.Import.Chunks * kill / Kills, over.Token);
                await using var command = DispatchProcess.Start(
                    "Dispatch.Api.dll", ["added"], ProcessSettings(), "readers", "import", path);
                await Task.WhenAny(comes, command.Heard);
                await command.KillAsync();
                await over.CancelAsync();
                Assert.That(comes.IsCompletedSuccessfully, $"it was in the middle: {command.Said}");
                if (!await IsDoneAsync())
                    continue;
                Assert.That(++late, Is.LessThan(10), "it always ended before it was killed");
                await EmptyAsync();
                kill = -1;
            }
        var printed = await Typed.PrintsAsync([.. new[] { "readers", "import", path },
            .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")]);
        Assert.That(printed, Has.Some.Contains("This run continued it"));
        Assert.That(printed[^1], Does.StartWith(
            $$"""{"added":{{Readers}},"updated":0,"unchanged":0,"skipped":0,"refused":{{Readers / 1000}},"""));
        Assert.That(await ExportAsync(), Is.EqualTo(export));
        await using var db = App.OpenDb();
        Assert.That(await db.ReaderImports.CountAsync(), Is.EqualTo(1), "what was read in vain is gone");
        Assert.That(await db.ReaderImportPieces.Select(piece => piece.Chunk).Distinct().ToListAsync(),
            Is.EqualTo(new[] { ReaderImportPiece.RefusedLines }), "no staged row is left");
    }

    // Readers of all kinds, some of them twice with another word, and some lines that are refused.
    private static byte[] MakeFile()
    {
        var file = new StringBuilder("email,name,status,confirmed_at,note\n");
        string[] statuses = ["confirmed", "confirmed", "confirmed", "unsubscribed", "pending", "bounced", "complained"];
        for (var number = 1; number <= Readers; number++)
        {
            var status = statuses[number % statuses.Length];
            file.Append(Invariant(
                $"reader{number}@readers.test,Reader {number},{status},2024-01-0{1 + (number % 9)},a note about {number}\n"));
            if (number % 100 == 0)
                file.Append(Invariant($"READER{number - 50}@readers.test,Another,unsubscribed,,\n"));
            if (number % 1000 == 0)
                file.Append("nobody,,confirmed,2024-01-01,\n");
        }
        return Encoding.UTF8.GetBytes(file.ToString());
    }

    private async Task<string> ExportAsync()
    {
        using var file = new MemoryStream();
        await App.In<ReaderExport, int>(export => export.WriteAsync(file, new(ExportForm.Dispatch), Actor.CommandLine, default));
        return Encoding.UTF8.GetString(file.ToArray());
    }

    // On a busy machine an import may end between the moment and the kill.
    private async Task<bool> IsDoneAsync()
    {
        await using var db = App.OpenDb();
        return await db.ReaderImports.AnyAsync(import => import.State == ReaderImportState.Done);
    }

    private async Task EmptyAsync()
    {
        await using var db = App.OpenDb();
        await db.ReaderImports.ExecuteDeleteAsync();
        await db.Subscribers.ExecuteDeleteAsync();
        await db.Suppressions.ExecuteDeleteAsync();
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var given) ? given : otherwise;

    /// <summary>Says when an import of another process has come to some point, by what that process commits.</summary>
    private sealed class Moments(
        Func<CancellationToken, Task<int>> count, Func<CancellationToken, Task> changes, Func<ValueTask> dispose) : IAsyncDisposable
    {
        private const string ImportsAndChunks = """
            SELECT (SELECT COUNT(*) FROM "ReaderImports") + (SELECT COUNT(*) FROM "ReaderImportChunks" WHERE "Done")
            """;

        public static async Task<Moments> OfAsync(KilledImportTests test) => test.Provider is Provider.Sqlite
            ? OfSqlite(test.Folder.Path)
            : await OfPostgresAsync(test.ProcessSettings().First(setting => setting.Key == DatabaseChoice.Key).Value);

        /// <summary>Completes when an import stands in the database and has done this many chunks.</summary>
        public async Task ComesAsync(int chunks, CancellationToken cancel)
        {
            while (await count(cancel) <= chunks)
                await changes(cancel);
        }

        public ValueTask DisposeAsync() => dispose();

        private static Moments OfSqlite(string folder)
        {
            var connectionString = $"Data Source={Path.Combine(folder, "dispatch.db")};Mode=ReadOnly;Pooling=False";
            var (changed, watcher) = (new SemaphoreSlim(0), new FileSystemWatcher(folder, "dispatch.db-wal"));
            watcher.Changed += (_, _) => changed.Release();
            watcher.Created += (_, _) => changed.Release();
            watcher.EnableRaisingEvents = true;
            return new(async cancel =>
            {
                await using var connection = new SqliteConnection(connectionString);
                await connection.OpenAsync(cancel);
                await using var command = new SqliteCommand(ImportsAndChunks, connection);
                return (int)(long)(await command.ExecuteScalarAsync(cancel))!;
            }, changed.WaitAsync, () =>
            {
                watcher.Dispose();
                changed.Dispose();
                return ValueTask.CompletedTask;
            });
        }

        private static async Task<Moments> OfPostgresAsync(string connectionString)
        {
            var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            await connection.OpenAsync();
            await RunAsync("""
                CREATE FUNCTION tell_imports() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY imports; RETURN NULL; END';
                CREATE TRIGGER tell_imports AFTER INSERT ON "ReaderImports" FOR EACH STATEMENT EXECUTE FUNCTION tell_imports();
                CREATE TRIGGER tell_imports AFTER UPDATE ON "ReaderImportChunks" FOR EACH STATEMENT EXECUTE FUNCTION tell_imports();
                LISTEN imports
                """);
            return new(async cancel =>
            {
                await using var command = new NpgsqlCommand(ImportsAndChunks, connection);
                return (int)(long)(await command.ExecuteScalarAsync(cancel))!;
            }, connection.WaitAsync, async () =>
            {
                await RunAsync("DROP FUNCTION tell_imports() CASCADE");
                await connection.DisposeAsync();
            });

            async Task RunAsync(string statements)
            {
                await using var command = new NpgsqlCommand(statements, connection);
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
