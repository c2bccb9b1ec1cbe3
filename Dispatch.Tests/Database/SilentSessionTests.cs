using Dispatch.Tests.Support;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Dispatch.Tests.Database;

[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SilentSessionTests(Provider provider) : DispatchTest(provider)
{
    private const string Asked = "SELECT current_setting('idle_in_transaction_session_timeout')";

    [Test]
    public async Task A_session_that_falls_silent_in_a_transaction_soon_loses_its_locks()
    {
        for (var time = 0; time < 3; time++)
        {
            await using var db = App.OpenDb();
            Assert.That(await db.Database.SqlQueryRaw<string>(Asked + " AS \"Value\"").SingleAsync(), Is.EqualTo("15s"));
        }
    }

    [Test]
    public async Task A_process_that_falls_silent_while_it_prepares_the_database_keeps_no_other_from_starting()
    {
        using var postgres = Requires.Postgres().Create(migrated: false);
        var process = Host.CreateEmptyApplicationBuilder(null);
        process.Configuration["DataDirectory"] = Folder.Path;
        process.Configuration[DatabaseChoice.Key] = postgres.ConnectionString;
        process.Services.AddDispatch();
        using var host = process.Build();
        const string limit = "SELECT current_setting('idle_session_timeout')";
        List<string> whileLocked = [];
        await host.Services.GetRequiredService<DatabaseStart>().FillAsync("Initial", "this test", async db =>
            whileLocked = await db.TextsAsync(limit, CancellationToken.None), CancellationToken.None);
        await using var db = host.Services.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext();
        Assert.That((whileLocked.Single(), (await db.TextsAsync(limit, CancellationToken.None)).Single()), Is.EqualTo(("15s", "0")));
    }

    [Test]
    public async Task So_does_a_session_of_Hangfire_whose_pool_resets_it_each_time()
    {
        await using var db = App.OpenDb();
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()) { NoResetOnClose = false }.ConnectionString);
        PostgresSettings.LimitWhenOpened(connection);
        for (var time = 0; time < 3; time++)
        {
            await connection.OpenAsync();
            await using (var command = new NpgsqlCommand(Asked, connection))
                Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("15s"));
            await connection.CloseAsync();
        }
    }
}
