using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch's data in PostgreSQL, for any number of processes.</summary>
public sealed class PostgresDispatchDb(DbContextOptions<PostgresDispatchDb> options) : DispatchDb(options)
{
    public override IReadOnlyList<string> MigrationIds =>
    [
        "20261126183645_Initial",
        "20261126214159_ReaderMailQueue",
        "20261127040707_ArchiveAndLooks",
        "20261127044126_ReaderImports",
        "20261127045101_WhatComesBack",
        "20261127065456_ChunkTotals",
        "20261127081254_PastIssuesAndProviders",
    ];

    protected override string OrdinalCollation => "C";

    public override object Stored(DateTimeOffset instant) => instant.ToUniversalTime();

    public override string DayOf(string column) => $"date_trunc('day', {column}, 'UTC')";

    public override Task GatherStatisticsAsync(CancellationToken cancel, params string[] tables) =>
        Database.ExecuteSqlRawAsync(string.Concat("ANALYZE ", string.Join(", ", tables.Select(table => $"\"{table}\""))), cancel);
}
