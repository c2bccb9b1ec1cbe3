using Dispatch.Worker.Deliveries;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch in PostgreSQL, for any number of processes.</summary>
public sealed class PostgresDispatchDb(DbContextOptions<PostgresDispatchDb> options) : DispatchDb(options)
{
    public override object Stored(DateTimeOffset instant) => instant.ToUniversalTime();

    public override async Task<ClaimAnswer[]> ExchangeAsync(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        await Database.OpenConnectionAsync();
        return await PostgresExchange.RunAsync((NpgsqlConnection)Database.GetDbConnection(), outcomes, claims, now);
    }
}
