using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.SenderReports;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>The tables of bounces and of the mailboxes that are read: their rows and their mapping.</summary>
public static class BounceTables
{
    extension(DispatchDb db)
    {
        public DbSet<Bounce> Bounces => db.Set<Bounce>();
        public DbSet<MailboxState> MailboxStates => db.Set<MailboxState>();
        public DbSet<SeenMessage> SeenMessages => db.Set<SeenMessage>();
        public DbSet<SenderReportLine> SenderReportLines => db.Set<SenderReportLine>();
    }

    /// <summary>
    /// The states of the mailboxes in the settings. Rows of earlier settings stay in the table. If this process has no mailboxes in its
    /// settings, the states of those that another process reads or can't read.
    /// </summary>
    internal static IQueryable<MailboxState> InUse(this IQueryable<MailboxState> states, BounceSettings settings, DateTimeOffset now)
    {
        var names = settings.MailboxNames.ToList();
        var dayAgo = now.AddDays(-1);
        return names.Count > 0 ? states.Where(state => names.Contains(state.Mailbox))
            : states.Where(state => state.ReadAt > dayAgo || state.Fault != null || state.LeasedUntil > now);
    }

    private sealed class BounceMapping : IEntityTypeConfiguration<Bounce>
    {
        public void Configure(EntityTypeBuilder<Bounce> bounce)
        {
            bounce.ToTable("Bounces");
            bounce.HasIndex(b => b.Key).IsUnique();
            bounce.HasIndex(b => b.At);
            bounce.HasIndex(b => new { b.IssueId, b.SubscriberId });
            bounce.HasIndex(b => b.SubscriberId);
            bounce.HasIndex(b => b.MailId).HasFilter("\"MailId\" IS NOT NULL");
            bounce.Property(b => b.EnhancedCode).HasMaxLength(16);
            bounce.HasOne<Issue>().WithMany().HasForeignKey(b => b.IssueId).OnDelete(DeleteBehavior.Restrict);
            // When a reader is erased, the row stays without the reader's id.
            bounce.HasOne<Subscriber>().WithMany().HasForeignKey(b => b.SubscriberId).OnDelete(DeleteBehavior.SetNull);
        }
    }

    private sealed class MailboxStateMapping : IEntityTypeConfiguration<MailboxState>
    {
        public void Configure(EntityTypeBuilder<MailboxState> state) => state.ToTable("MailboxStates").HasKey(s => s.Mailbox);
    }

    private sealed class SenderReportLineMapping : IEntityTypeConfiguration<SenderReportLine>
    {
        public void Configure(EntityTypeBuilder<SenderReportLine> line)
        {
            line.ToTable("SenderReportLines");
            line.HasIndex(l => l.Key);
            line.HasIndex(l => l.EndAt);
        }
    }

    private sealed class SeenMessageMapping : IEntityTypeConfiguration<SeenMessage>
    {
        public void Configure(EntityTypeBuilder<SeenMessage> seen) =>
            seen.ToTable("SeenMessages").HasKey(s => new { s.Mailbox, s.Uidl });
    }
}
