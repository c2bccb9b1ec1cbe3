using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>The tables of the ledger: their rows, and how they are mapped.</summary>
public static class LedgerTables
{
    extension(DispatchDb db)
    {
        public DbSet<Delivery> Deliveries => db.Set<Delivery>();
        public DbSet<DeliveryChunk> DeliveryChunks => db.Set<DeliveryChunk>();
    }

    private sealed class DeliveryMapping : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> delivery)
        {
            delivery.ToTable("Deliveries");
            // Every row of the ledger changes several times while its issue goes out. PostgreSQL leaves half of each page free for that:
            // the new version then fits beside the old one, and no index is written (a HOT update).
            delivery.HasStorageParameter("fillfactor", 50);
            delivery.Ignore(d => d.IsOfNobody);
            delivery.HasKey(d => new { d.IssueId, d.SubscriberId });
            delivery.HasIndex(d => new { d.IssueId, d.Chunk });
            // No foreign key to the subscriber: the row outlives the reader's erasure, and the totals stay true.
            delivery.HasIndex(d => d.SubscriberId);
            // What servers said about those they refused or put off: deleted by age, and never stored for those they accepted. Not indexed
            // by the instant, which changes with every mail: PostgreSQL would then write all indexes with every mail (no HOT update).
            delivery.HasIndex(d => d.IssueId, "IX_Deliveries_Replies").HasFilter("\"ReplyText\" IS NOT NULL");
            // The few whose outcome is or was hidden. Indexed by the instant, not the state: an index on the state would be written with
            // every mail.
            delivery.HasIndex(d => d.IssueId).HasFilter("\"UncertainAt\" IS NOT NULL").HasDatabaseName("IX_Deliveries_Uncertain");
            delivery.HasOne<Issue>().WithMany().HasForeignKey(d => d.IssueId).OnDelete(DeleteBehavior.Restrict);
        }
    }

    private sealed class DeliveryChunkMapping : IEntityTypeConfiguration<DeliveryChunk>
    {
        public void Configure(EntityTypeBuilder<DeliveryChunk> chunk)
        {
            chunk.ToTable("DeliveryChunks").HasKey(c => new { c.IssueId, c.Number });
            chunk.HasIndex(c => new { c.Done, c.NextAttemptAt });
            chunk.HasOne<Issue>().WithMany().HasForeignKey(c => c.IssueId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
