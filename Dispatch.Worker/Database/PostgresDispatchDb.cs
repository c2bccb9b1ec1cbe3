using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch in PostgreSQL, for any number of processes.</summary>
public sealed class PostgresDispatchDb(DbContextOptions<PostgresDispatchDb> options) : DispatchDb(options)
{
    public override object Stored(DateTimeOffset instant) => instant.ToUniversalTime();

    public override BulkReaders OpenBulkReaders(string source)
    {
        Database.OpenConnection();
        return new PostgresBulkReaders(this, (NpgsqlConnection)Database.GetDbConnection(), source);
    }

    public override LedgerConnection OpenLedger()
    {
        Database.OpenConnection();
        return new PostgresLedger(this, (NpgsqlConnection)Database.GetDbConnection());
    }
}
