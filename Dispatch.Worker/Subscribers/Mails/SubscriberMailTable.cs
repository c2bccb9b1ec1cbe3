using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>The table of messages to individual readers: its rows and their mapping.</summary>
public static class SubscriberMailTable
{
    /// <summary>The SQL condition for waiting confirmations, also used as their index's filter.</summary>
    public const string WaitingConfirmationsSql = "\"State\" = 'Waiting' AND \"Kind\" = 'Confirmation'";

    /// <summary>The SQL condition for all other waiting messages, also used as their index's filter.</summary>
    public const string WaitingOthersSql = "\"State\" = 'Waiting' AND \"Kind\" <> 'Confirmation'";

    /// <summary>
    /// Returns the confirmations in the queue. They have an index of their own, so they are queried separately from other messages.
    /// </summary>
    public static IQueryable<SubscriberMail> WaitingConfirmations(this IQueryable<SubscriberMail> mails) =>
        mails.Where(mail => mail.State == SubscriberMailState.Waiting && mail.Kind == SubscriberMailKind.Confirmation);

    /// <summary>Returns all other messages in the queue.</summary>
    public static IQueryable<SubscriberMail> WaitingOthers(this IQueryable<SubscriberMail> mails) =>
        mails.Where(mail => mail.State == SubscriberMailState.Waiting && mail.Kind != SubscriberMailKind.Confirmation);

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
            // Confirmations have a separate index, because there may be any number of them and other messages go first.
            mail.HasIndex(m => m.NextAttemptAt, "IX_SubscriberMails_Confirmations").HasFilter(WaitingConfirmationsSql);
            mail.HasIndex(m => m.NextAttemptAt, "IX_SubscriberMails_Others").HasFilter(WaitingOthersSql);
            mail.HasOne<Subscriber>().WithMany().HasForeignKey(m => m.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
