using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch in PostgreSQL, for any number of processes.</summary>
public sealed class PostgresDispatchDb(DbContextOptions<PostgresDispatchDb> options) : DispatchDb(options)
{
    public override object Stored(DateTimeOffset instant) => instant.ToUniversalTime();
}
