using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dispatch.Tests.Database;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StartingTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_start_makes_the_configured_newsletter_and_the_roles()
    {
        await using var db = App.OpenDb();
        var newsletter = await db.Newsletters.SingleAsync();
        Assert.That(newsletter, Has.Property("Slug").EqualTo("china-in-eurasia").And.Property("Schedule")
            .EqualTo("0 9 1-7,15-21 * WED").And.Property("CreatedAt").EqualTo(Start));
        Assert.That(await db.Roles.Select(role => role.Name).ToListAsync(), Is.EquivalentTo(StaffRoles.All));
    }

    [Test]
    public async Task A_second_start_changes_nothing_and_keeps_what_the_desk_edited()
    {
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Name, "Edited on the desk"));
        await RestartAsync();
        await using var after = App.OpenDb();
        Assert.That((await after.Newsletters.SingleAsync()).Name, Is.EqualTo("Edited on the desk"));
        Assert.That(await after.Roles.CountAsync(), Is.EqualTo(StaffRoles.All.Count));
    }

    [Test]
    public async Task Processes_that_start_at_once_prepare_the_database_together()
    {
        using var folder = new TemporaryFolder();
        using var postgres = Provider is Provider.Postgres ? Requires.Postgres().Create(migrated: false) : null;
        // Prepares the database without serving, as verbs and workers do, because a SQLite file allows only one service.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var process = Host.CreateEmptyApplicationBuilder(null);
            process.Configuration.AddInMemoryCollection(
                [new("DataDirectory", folder.Path), new(DatabaseChoice.Key, postgres?.ConnectionString)]);
            process.Services.AddDispatch();
            using var host = process.Build();
            await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
            await using var db = host.Services.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext();
            Assert.That(await db.Newsletters.CountAsync(), Is.EqualTo(1));
        })));
    }

    [Test]
    public async Task A_second_service_on_the_same_file_is_refused_and_on_the_same_server_welcome()
    {
        Assert.That(await App.Http.GetStringAsync("/health/ready"), Is.EqualTo("Healthy"));
        if (Provider is Provider.Sqlite)
            Assert.That(() => NewApp(), Throws.Exception);
        else
            await NewApp().DisposeAsync();
    }
}

/// <summary>Covers only SQLite, because PostgreSQL frees the migration lock when the killed process's connection ends.</summary>
public class StartingAfterAKillTests() : DispatchTest(Provider.Sqlite)
{
    [Test]
    public async Task A_start_after_a_kill_in_the_middle_of_a_migration_goes_on()
    {
        using var folder = new TemporaryFolder();
        await using (var db = new SqliteDispatchDb(new DbContextOptionsBuilder<SqliteDispatchDb>()
            .UseSqlite($"Data Source={folder["dispatch.db"]}").Options))
        {
            // The lock row that EF leaves behind if its process is killed.
            await db.Database.ExecuteSqlRawAsync("""
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-24');
                """);
        }
        await using var app = new DispatchApp(Clock, [("DataDirectory", folder.Path), ("Worker:Embedded", "false")]);
        Assert.That(app.Services.GetRequiredService<DatabaseChoice>().IsPostgres, Is.False);
    }
}
