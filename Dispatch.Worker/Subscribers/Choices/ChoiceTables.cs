using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>The tables of one-time links and of reasons for unsubscribing: their rows and their mapping.</summary>
public static class ChoiceTables
{
    extension(DispatchDb db)
    {
        public DbSet<OneTimeLink> OneTimeLinks => db.Set<OneTimeLink>();
        public DbSet<UnsubscribeCount> UnsubscribeCounts => db.Set<UnsubscribeCount>();
    }

    private sealed class OneTimeLinkMapping : IEntityTypeConfiguration<OneTimeLink>
    {
        public void Configure(EntityTypeBuilder<OneTimeLink> link)
        {
            link.ToTable("OneTimeLinks");
            link.HasIndex(l => l.TokenHash).IsUnique();
            link.HasIndex(l => l.ExpiresAt);
            link.HasOne<Subscriber>().WithMany().HasForeignKey(l => l.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class UnsubscribeCountMapping : IEntityTypeConfiguration<UnsubscribeCount>
    {
        public void Configure(EntityTypeBuilder<UnsubscribeCount> count)
        {
            count.ToTable("UnsubscribeCounts");
            count.HasKey(c => new { c.NewsletterId, c.Reason });
            count.HasOne<Newsletter>().WithMany().HasForeignKey(c => c.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
