using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// The one row that says whether a <see cref="ReaderMailJob"/> is queued, so that no process queues a second one. Only PostgreSQL needs it:
/// a SQLite file belongs to one process, which knows.
/// </summary>
public class ReaderMailMark
{
    public const int TheOne = 1;

    public int Id { get; set; }

    /// <summary>The time until which a job counts as queued; null: none is queued.</summary>
    public DateTimeOffset? QueuedUntil { get; set; }
}

/// <summary>The table of the mark: its row and its mapping.</summary>
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
