using Dispatch.Worker.Database.Start;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// All of Dispatch's data. This class knows none of the tables: each folder of the project maps its own (<c>IssueTables</c> and the like).
/// Two subclasses, one for each database, add what differs, such as how instants are stored.
/// </summary>
public abstract class DispatchDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>
    /// The annotation of a text that is compared by the codes of its characters, whatever the database's language, so that all texts with
    /// the same beginning are next to each other.
    /// </summary>
    public const string Ordinal = "Dispatch:Ordinal";

    /// <summary>The collation of texts with the annotation <see cref="Ordinal"/>, or null if it is the usual one.</summary>
    protected virtual string? OrdinalCollation => null;

    public DbSet<DatabaseVersion> Versions => Set<DatabaseVersion>();

    /// <summary>
    /// The ids of the migrations that this build knows, oldest first. This list saves time at start: EF would look at every type of the
    /// assembly.
    /// </summary>
    public abstract IReadOnlyList<string> MigrationIds { get; }

    /// <summary>
    /// Converts an instant to the form in which this database stores it. A hand-written statement must pass this form as its parameter.
    /// </summary>
    public abstract object Stored(DateTimeOffset instant);

    /// <summary>Returns SQL for the start of an instant's day in UTC, in the form in which this database stores instants.</summary>
    /// <param name="column">The quoted name of the instant's column.</param>
    public abstract string DayOf(string column);

    /// <summary>
    /// Removes deleted data from the disk, as far as this database can. With SQLite, the write-ahead log is merged into the file and
    /// truncated. PostgreSQL keeps deleted rows until it vacuums, and their data in its log until the log is recycled.
    /// </summary>
    public virtual Task OverwriteErasedAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>
    /// Has the database analyse tables that were just filled, if its query plans depend on statistics. SQLite plans by its indexes alone.
    /// </summary>
    public virtual Task GatherStatisticsAsync(CancellationToken cancel, params string[] tables) => Task.CompletedTask;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Stored as words: a person who reads the tables with psql or sqlite3 then needs no list of numbers.
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(16);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DatabaseVersion>().ToTable("DatabaseVersions").HasKey(version => version.Version);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(DispatchDb).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties())
            .Where(property => property.RemoveAnnotation(Ordinal) is not null))
            property.SetCollation(OrdinalCollation);
    }
}
