using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers;

/// <summary>The tables of subscribers and subscriptions: their rows and their mapping.</summary>
public static class SubscriberTables
{
    extension(DispatchDb db)
    {
        public DbSet<Subscriber> Subscribers => db.Set<Subscriber>();
        public DbSet<Subscription> Subscriptions => db.Set<Subscription>();
    }

    private sealed class SubscriberMapping : IEntityTypeConfiguration<Subscriber>
    {
        public void Configure(EntityTypeBuilder<Subscriber> subscriber) =>
            subscriber.ToTable("Subscribers").HasIndex(s => s.AddressHash).IsUnique();
    }

    private sealed class SubscriptionMapping : IEntityTypeConfiguration<Subscription>
    {
        public void Configure(EntityTypeBuilder<Subscription> subscription)
        {
            subscription.ToTable("Subscriptions");
            subscription.HasIndex(s => new { s.SubscriberId, s.NewsletterId }).IsUnique();
            subscription.HasIndex(s => new { s.NewsletterId, s.State });
            subscription.HasIndex(s => s.UnsubscribedAt).HasFilter("\"UnsubscribedAt\" IS NOT NULL");
            subscription.Property(s => s.ConsentVersion).HasMaxLength(ConsentText.VersionLength);
            subscription.HasIndex(s => s.PausedUntil).HasFilter("\"PausedUntil\" IS NOT NULL");
            subscription.HasOne<Subscriber>().WithMany().HasForeignKey(s => s.SubscriberId).OnDelete(DeleteBehavior.Cascade);
            subscription.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
