using Dispatch.Tests.Database.Upgrades;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Dispatch.Tests.Database;

/// <summary>A database that this build can't upgrade is refused and not changed.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RefusedDatabasesTests(Provider provider) : DispatchTest(provider)
{
    private const string Tables = """CREATE TABLE "Newsletters" ("Id" int PRIMARY KEY); INSERT INTO "Newsletters" VALUES (7);""";

    private const string History = """
        CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
        """;

    private PostgresDatabase? postgres;

    private string Elsewhere => Provider is Provider.Postgres
        ? $"name an empty database in {DatabaseChoice.Key}." : $"move that file away, or name another folder in {DataFolder.Key}.";

    [SetUp]
    public void LayOutAnEmptyOne()
    {
        postgres = Provider is Provider.Postgres ? Requires.Postgres().Create(migrated: false) : null;
        File.Delete(Folder["dispatch.db"]);
    }

    [TearDown]
    public void Drop() => postgres?.Dispose();

    [Test]
    public Task One_made_before_the_first_release_is_refused() => IsRefusedAsync(
        Tables + History + """
        INSERT INTO "__EFMigrationsHistory" VALUES ('20261124043410_Initial', '10.0.0'), ('20261126160734_WhatStaysOfReaders', '10.0.0');
        """,
        $"was created by a build that was never released, and can't be upgraded: {Elsewhere}");

    [Test]
    public Task One_that_a_newer_version_brought_up_is_refused() => IsRefusedAsync(
        Tables + History + """
        INSERT INTO "__EFMigrationsHistory" VALUES ('20270101000000_WhatIsToCome', '11.0.0');
        CREATE TABLE "DatabaseVersions" ("Version" text PRIMARY KEY, "Since" text NOT NULL);
        INSERT INTO "DatabaseVersions" VALUES ('0.9.0', '2026-12-01'), ('0.100.0', '2027-12-01');
        """,
        $"was upgraded by Dispatch 0.100.0, and this is {ProductVersion.Text}: start that version, or restore a backup from before it.");

    [Test]
    public Task One_that_holds_such_tables_without_a_history_is_refused() => IsRefusedAsync(
        Tables, $"has tables with Dispatch's names that Dispatch did not create: {Elsewhere}");

    [TestCase("LATIN1"), TestCase("SQL_ASCII")]
    public async Task One_that_can_not_hold_every_text_is_refused(string encoding)
    {
        if (Provider is Provider.Sqlite)
            Assert.Pass("a SQLite file holds any text");
        postgres!.Dispose();
        postgres = Requires.Postgres().Create(migrated: false, encoding);
        await IsRefusedAsync("SELECT 1",
            $"is encoded in {encoding}, which can't hold every text: create one with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0, "
                + $"and name it in {DatabaseChoice.Key}.");
    }

    [Test]
    public async Task One_that_can_only_be_read_is_refused()
    {
        using (var host = NewHost())
            await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
        MakeReadOnly();
        var why = Provider is Provider.Postgres ? "can only be read, as on a standby" : "can't be written: let the account that runs";
        Assert.That((await Typed.RunAsync(["staff", "list", .. Settings()])).Said, Does.Contain(why));
        Assert.That(await DoctorSaysAsync(), Does.Contain(why));
    }

    [Test]
    public async Task One_that_is_still_empty_is_no_fault_for_doctor_who_creates_nothing()
    {
        Assert.That(await DoctorSaysAsync(), Is.EqualTo("Warning"), "migrations are to run");
        if (postgres is null)
            Assert.That(File.Exists(Folder["dispatch.db"]), Is.False);
        else
            using (var connection = RawDatabase.Open(Provider, postgres.ConnectionString, Folder))
                Assert.That(connection.Tables(), Is.Empty);
    }

    private void MakeReadOnly()
    {
        if (postgres is null)
        {
            using var file = File.OpenWrite(Folder["dispatch.db"]);
            file.Position = 18; // the write version in SQLite's header; above 2, the file can only be read
            file.WriteByte(3);
            return;
        }
        using var connection = RawDatabase.Open(Provider, postgres.ConnectionString, Folder);
        connection.Run("""
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$
            """);
        using var pooled = new NpgsqlConnection(postgres.ConnectionString);
        NpgsqlConnection.ClearPool(pooled); // the setting is for new sessions
    }

    private async Task IsRefusedAsync(string sql, string why)
    {
        using (var connection = RawDatabase.Open(Provider, postgres?.ConnectionString ?? "", Folder))
            connection.Run(sql);
        var before = AsItIs();
        var settings = Settings();
        foreach (var verb in new[] { "", "staff list", "doctor" })
        {
            var (exit, said) = await Typed.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. settings]);
            Assert.That(said, Does.StartWith($"{DatabaseChoice.Key}: the database (")
                .And.EndWith($") {why} Nothing was changed in it."), verb);
            Assert.That((exit, said.Contains('\n')), Is.EqualTo((1, false)), verb);
        }
        Assert.That(File.Exists(Folder["keys/readers.json"]), Is.False, "no key is made beside it");
        KeyRing.LoadOrCreate(Folder["keys/readers.json"]);
        Assert.That((await Typed.RunAsync(["keys", "add", .. settings])).Said,
            Does.EndWith("Nothing was changed in it."), "with a key file");
        Assert.That(await DoctorSaysAsync(), Does.EndWith(why));
        Assert.That(AsItIs(), Is.EqualTo(before));
    }

    private string[] Settings() => [.. ProcessSettings().Append((Key: DatabaseChoice.Key, Value: postgres?.ConnectionString ?? ""))
        .Select(setting => $"--{setting.Key}={setting.Value}")];

    private IHost NewHost()
    {
        var process = Host.CreateEmptyApplicationBuilder(null);
        process.Configuration.AddInMemoryCollection(
            [new("DataDirectory", Folder.Path), new(DatabaseChoice.Key, postgres?.ConnectionString)]);
        process.Services.AddDispatch();
        return process.Build();
    }

    private async Task<string> DoctorSaysAsync()
    {
        using var host = NewHost();
        await foreach (var (grade, about, says) in host.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, default))
            if (about == "database")
                return grade is FindingGrade.Failed ? says : $"{grade}";
        return "nothing";
    }

    // Returns the bytes of a SQLite file, or the rows of a PostgreSQL database.
    private string AsItIs()
    {
        if (Provider is Provider.Sqlite)
        {
            Assert.That(Directory.GetFiles(Folder.Path, "dispatch.db*"), Has.Length.EqualTo(1), "no journal beside it");
            return Convert.ToHexString(File.ReadAllBytes(Folder["dispatch.db"]));
        }
        using var connection = RawDatabase.Open(Provider, postgres!.ConnectionString, Folder);
        return string.Join('\n', connection
            .Rows("SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg!_t%' ESCAPE '!' ORDER BY 1")
            .Concat(connection.Rows("""
                SELECT concat(relname, query_to_xml(format('SELECT * FROM %s', oid::regclass), false, false, '')) FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
                """)).Select(row => row[0]));
    }
}
