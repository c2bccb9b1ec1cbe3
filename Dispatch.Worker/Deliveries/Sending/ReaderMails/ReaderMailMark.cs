using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// The single row that says whether a <see cref="ReaderMailJob"/> is queued, so no other process queues a second job. Used only with
/// PostgreSQL: a SQLite file belongs to one process, which knows about its own job.
/// </summary>
public class ReaderMailMark
{
    public const int TheOne = 1;

    public int Id { get; set; }

    /// <summary>Until when a job counts as queued, or null if no job is queued.</summary>
    public DateTimeOffset? QueuedUntil { get; set; }
}

/// <summary>The set and the mapping for <see cref="ReaderMailMark"/>.</summary>
public static class ReaderMailMarkTable
{
    extension(DispatchDb db)
    {
        public DbSet<ReaderMailMark> ReaderMailMarks => db.Set<ReaderMailMark>();
    }

    private sealed class ReaderMailMarkMapping : IEntityTypeConfiguration<ReaderMailMark>
    {
        public void Configure(EntityTypeBuilder<ReaderMailMark> mark)
        {
            mark.ToTable("ReaderMailMarks");
            mark.Property(m => m.Id).ValueGeneratedNever();
        }
    }
}
