using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>The tables of the ledger: their rows and their mapping.</summary>
public static class LedgerTables
{
    extension(DispatchDb db)
    {
        public DbSet<Delivery> Deliveries => db.Set<Delivery>();
        public DbSet<DeliveryChunk> DeliveryChunks => db.Set<DeliveryChunk>();
        public DbSet<ProviderSum> ProviderSums => db.Set<ProviderSum>();
    }

    private sealed class DeliveryMapping : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> delivery)
        {
            delivery.ToTable("Deliveries");
            // Every row changes several times while its issue goes out. With half of each page left free, PostgreSQL can put the new
            // version of a row into the same page and need not update any index (a HOT update).
            delivery.HasStorageParameter("fillfactor", 50);
            delivery.Ignore(d => d.IsOfNobody);
            delivery.HasKey(d => new { d.IssueId, d.SubscriberId });
            delivery.HasIndex(d => new { d.IssueId, d.Chunk });
            // No foreign key to the subscriber: the row stays when the reader is erased, so the totals stay correct.
            delivery.HasIndex(d => d.SubscriberId);
            // Finds reply texts, which are deleted by age. The index contains no instant: an instant changes with every message, and
            // PostgreSQL would then have to update all indexes (no HOT update).
            delivery.HasIndex(d => d.IssueId, "IX_Deliveries_Replies").HasFilter("\"ReplyText\" IS NOT NULL");
            // Finds the few deliveries whose outcome is or was unknown. The filter uses the instant and not the state: an index on the
            // state would be written with every message.
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

    private sealed class ProviderSumMapping : IEntityTypeConfiguration<ProviderSum>
    {
        public void Configure(EntityTypeBuilder<ProviderSum> sum)
        {
            sum.ToTable("ProviderSums").HasKey(s => new { s.IssueId, s.Provider });
            sum.Property(s => s.Provider).HasMaxLength(50);
            sum.HasIndex(s => s.HeldAt).HasFilter("\"HeldAt\" IS NOT NULL");
            sum.HasOne<Issue>().WithMany().HasForeignKey(s => s.IssueId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
