using Dispatch.Worker.Database.Start;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// All of Dispatch's data. Each capability maps its own tables and adds their sets (<c>IssueTables</c> and the like): the database knows
/// none of them. Two subclasses, one for each database, add what differs, such as how instants are stored.
/// </summary>
public abstract class DispatchDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<DatabaseVersion> Versions => Set<DatabaseVersion>();

    /// <summary>An instant as this database stores it: what a hand-written statement must pass as its parameter.</summary>
    public abstract object Stored(DateTimeOffset instant);

    /// <summary>SQL for the start of an instant's day in UTC, as stored.</summary>
    /// <param name="column">The instant's column, quoted.</param>
    public abstract string DayOf(string column);

    /// <summary>
    /// Makes deleted data leave the disk, as far as this database can: SQLite's write-ahead log is written into the file and truncated.
    /// PostgreSQL keeps deleted rows until its vacuum, and in its log until that is recycled.
    /// </summary>
    public virtual Task OverwriteErasedAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// Makes the database analyse tables that were just filled, if its query plans depend on that. SQLite plans by its indexes alone.
    /// </summary>
    public virtual Task GatherStatisticsAsync(CancellationToken cancel, params string[] tables) => Task.CompletedTask;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Words in the tables: whoever reads them with psql or sqlite3 needs no key to the numbers.
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(16);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DatabaseVersion>().ToTable("DatabaseVersions").HasKey(version => version.Version);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(DispatchDb).Assembly);
    }
}
