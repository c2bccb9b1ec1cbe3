using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Transfer;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch in PostgreSQL, for any number of processes.</summary>
public sealed class PostgresDispatchDb(DbContextOptions<PostgresDispatchDb> options) : DispatchDb(options)
{
    public override object Stored(DateTimeOffset instant) => instant.ToUniversalTime();

    public override string DayOf(string column) => $"date_trunc('day', {column}, 'UTC')";

    public override Task GatherStatisticsAsync(CancellationToken cancel, params string[] tables) =>
        Database.ExecuteSqlRawAsync(string.Concat("ANALYZE ", string.Join(", ", tables.Select(table => $"\"{table}\""))), cancel);

    public override BulkReaders OpenBulkReaders(string source)
    {
        Database.OpenConnection();
        return new PostgresBulkReaders(this, (NpgsqlConnection)Database.GetDbConnection(), source);
    }

    public override LedgerConnection OpenLedger()
    {
        // Of its own, and opened by this thread: one from the pool has been used asynchronously, and .NET then has every blocking call on
        // its socket wait for other threads.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return new PostgresLedger(this, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // Every row of the ledger changes several times while its issue goes out. Half of each page is left for that: the new version
        // then lies beside the old one, and no index is written (a HOT update).
        builder.Entity<Delivery>().HasStorageParameter("fillfactor", 50);
    }
}
