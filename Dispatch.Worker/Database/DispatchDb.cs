using Dispatch.Worker.Database.Start;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// Everything Dispatch knows. Each room maps its own tables and adds their sets (<c>IssueTables</c> and the like): the database knows
/// no room. Two children, one for each database, add what differs, as how instants are stored.
/// </summary>
public abstract class DispatchDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<DatabaseVersion> Versions => Set<DatabaseVersion>();

    /// <summary>An instant as this database stores it: what a statement written by hand must pass as its parameter.</summary>
    public abstract object Stored(DateTimeOffset instant);

    /// <summary>SQL for the beginning of an instant's day in UTC, as stored.</summary>
    /// <param name="column">The instant's column, quoted.</param>
    public abstract string DayOf(string column);

    /// <summary>
    /// Has what was deleted leave the disk, as far as this database can: SQLite's write-ahead log is written into the file and cut off.
    /// PostgreSQL keeps deleted rows until its vacuum, and in its log until that is recycled.
    /// </summary>
    public virtual Task OverwriteErasedAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// Has the database look at tables that were just filled, where it plans by such knowledge. SQLite plans by its indexes alone.
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
