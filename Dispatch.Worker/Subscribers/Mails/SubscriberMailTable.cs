using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>The table of messages to single readers: its rows and their mapping.</summary>
public static class SubscriberMailTable
{
    extension(DispatchDb db)
    {
        public DbSet<SubscriberMail> SubscriberMails => db.Set<SubscriberMail>();
    }

    private sealed class SubscriberMailMapping : IEntityTypeConfiguration<SubscriberMail>
    {
        public void Configure(EntityTypeBuilder<SubscriberMail> mail)
        {
            mail.ToTable("SubscriberMails");
            mail.Ignore(m => m.Asks);
            mail.HasIndex(m => new { m.State, m.NextAttemptAt });
            mail.HasOne<Subscriber>().WithMany().HasForeignKey(m => m.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
