using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Dispatch.Worker.Database;

/// <summary>Dispatch's data in one SQLite file, for one process.</summary>
public sealed class SqliteDispatchDb(DbContextOptions<SqliteDispatchDb> options) : DispatchDb(options)
{
    public override IReadOnlyList<string> MigrationIds =>
    [
        "20261126183607_Initial",
        "20261126214137_ReaderMailQueue",
        "20261127040553_ArchiveAndLooks",
        "20261127044117_ReaderImports",
        "20261127045010_WhatComesBack",
        "20261127065450_ChunkTotals",
        "20261127081231_PastIssuesAndProviders",
    ];

    public override object Stored(DateTimeOffset instant) => instant.UtcDateTime;

    public override string DayOf(string column) => $"substr({column}, 1, 10) || ' 00:00:00'";

    public override async Task OverwriteErasedAsync(CancellationToken cancel)
    {
        try
        {
            await Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancel);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            // Another connection is busy. A later call, within the hour, truncates the log.
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // SQLite can't order or compare DateTimeOffset values, but it can compare UTC text of fixed width.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<AsUtcDateTime>();
    }

    /// <summary>Stores an instant as text in UTC. The compiled model uses this converter, too.</summary>
    internal sealed class AsUtcDateTime() : ValueConverter<DateTimeOffset, DateTime>(
        instant => instant.UtcDateTime, stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc)));
}
