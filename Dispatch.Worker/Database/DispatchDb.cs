using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// Everything Dispatch knows. Two children, one for each database, add what differs, as how instants are stored.
/// </summary>
public abstract class DispatchDb(DbContextOptions options) : IdentityDbContext<StaffMember, IdentityRole<int>, int>(options)
{
    public DbSet<Newsletter> Newsletters => Set<Newsletter>();
    public DbSet<Subscriber> Subscribers => Set<Subscriber>();
    public DbSet<Subscription> Subscriptions => Set<Subscription>();
    public DbSet<Confirmation> Confirmations => Set<Confirmation>();
    public DbSet<OneTimeLink> OneTimeLinks => Set<OneTimeLink>();
    public DbSet<UnsubscribeCount> UnsubscribeCounts => Set<UnsubscribeCount>();
    public DbSet<Suppression> Suppressions => Set<Suppression>();
    public DbSet<Issue> Issues => Set<Issue>();
    public DbSet<IssueRevision> IssueRevisions => Set<IssueRevision>();
    public DbSet<Edition> Editions => Set<Edition>();
    public DbSet<Photo> Photos => Set<Photo>();
    public DbSet<EditionSlot> EditionSlots => Set<EditionSlot>();
    public DbSet<Delivery> Deliveries => Set<Delivery>();
    public DbSet<DeliveryChunk> DeliveryChunks => Set<DeliveryChunk>();
    public DbSet<SendingDay> SendingDays => Set<SendingDay>();
    public DbSet<SubscriberMail> SubscriberMails => Set<SubscriberMail>();
    public DbSet<ConsentText> ConsentTexts => Set<ConsentText>();
    public DbSet<ErasedReader> ErasedReaders => Set<ErasedReader>();
    public DbSet<SignUpTally> SignUpTallies => Set<SignUpTally>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();
    public DbSet<StaffSession> StaffSessions => Set<StaffSession>();
    public DbSet<KeyedRequest> KeyedRequests => Set<KeyedRequest>();
    public DbSet<KeyRingMark> KeyRingMarks => Set<KeyRingMark>();

    /// <summary>An instant as this database stores it: what a statement written by hand must pass as its parameter.</summary>
    public abstract object Stored(DateTimeOffset instant);

    /// <summary>SQL for the beginning of an instant's day in UTC, as stored.</summary>
    /// <param name="column">The instant's column, quoted.</param>
    public abstract string DayOf(string column);

    /// <summary>
    /// Has what was deleted leave the disk, as far as this database can: SQLite's write-ahead log is written into the file and cut off.
    /// PostgreSQL keeps deleted rows until its vacuum, and in its log until that is recycled.
    /// </summary>
    public virtual Task OverwriteErasedAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Has the database look at tables that were just filled, where it plans by such knowledge. SQLite plans by its indexes alone.</summary>
    public virtual Task GatherStatisticsAsync(CancellationToken cancel, params string[] tables) => Task.CompletedTask;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Words in the tables: whoever reads them with psql or sqlite3 needs no key to the numbers.
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(16);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        People(builder);
        builder.Entity<Newsletter>(newsletter =>
        {
            newsletter.Property(n => n.Slug).HasMaxLength(64);
            newsletter.HasIndex(n => n.Slug).IsUnique();
        });
        Readers(builder);
        IssuesAndSlots(builder);
        Ledger(builder);
        builder.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => e.At);
            entry.HasIndex(e => new { e.Target, e.Id });
        });
        builder.Entity<KeyedRequest>(request =>
        {
            request.ToTable("IdempotencyKeys").HasKey(r => r.Key);
            request.HasIndex(r => r.CreatedAt);
        });
        builder.Entity<KeyRingMark>().HasKey(mark => mark.Fingerprint);
    }

    private static void People(ModelBuilder builder)
    {
        builder.Entity<StaffMember>().ToTable("Staff");
        builder.Entity<StaffSession>(session =>
        {
            session.HasKey(s => s.Hash);
            session.HasIndex(s => s.SeenAt);
            session.HasOne<StaffMember>().WithMany().HasForeignKey(s => s.StaffId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ApiToken>(token =>
        {
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => t.Name).IsUnique();
            token.HasOne<StaffMember>().WithMany().HasForeignKey(t => t.MadeById).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void Readers(ModelBuilder builder)
    {
        builder.Entity<Subscriber>().HasIndex(subscriber => subscriber.AddressHash).IsUnique();
        builder.Entity<Subscription>(subscription =>
        {
            subscription.HasIndex(s => new { s.SubscriberId, s.NewsletterId }).IsUnique();
            subscription.HasIndex(s => new { s.NewsletterId, s.State });
            subscription.HasIndex(s => s.UnsubscribedAt).HasFilter("\"UnsubscribedAt\" IS NOT NULL");
            subscription.Property(s => s.ConsentVersion).HasMaxLength(ConsentText.VersionLength);
            subscription.HasIndex(s => s.PausedUntil).HasFilter("\"PausedUntil\" IS NOT NULL");
            subscription.HasOne<Subscriber>().WithMany().HasForeignKey(s => s.SubscriberId).OnDelete(DeleteBehavior.Cascade);
            subscription.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<Confirmation>(confirmation =>
        {
            confirmation.HasIndex(c => c.TokenHash).IsUnique();
            confirmation.HasIndex(c => c.ExpiresAt);
            confirmation.HasIndex(c => c.RobotSeenAt).HasFilter("\"RobotNetwork\" IS NOT NULL");
            confirmation.HasOne<Subscriber>().WithMany().HasForeignKey(c => c.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<OneTimeLink>(link =>
        {
            link.ToTable("FreshLinks"); // renamed where migrations are made next
            link.HasIndex(l => l.TokenHash).IsUnique();
            link.HasIndex(l => l.ExpiresAt);
            link.HasOne<Subscriber>().WithMany().HasForeignKey(l => l.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<UnsubscribeCount>(count =>
        {
            count.ToTable("LeavingCounts");
            count.HasKey(c => new { c.NewsletterId, c.Reason });
            count.HasOne<Newsletter>().WithMany().HasForeignKey(c => c.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<SubscriberMail>(mail =>
        {
            mail.Ignore(m => m.Asks);
            mail.HasIndex(m => new { m.State, m.NextAttemptAt });
            mail.HasOne<Subscriber>().WithMany().HasForeignKey(m => m.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ConsentText>(text =>
        {
            text.HasKey(t => t.Version);
            text.Property(t => t.Version).HasMaxLength(ConsentText.VersionLength);
            text.Property(t => t.Language).HasMaxLength(35);
        });
        builder.Entity<ErasedReader>(reader =>
        {
            reader.HasKey(r => r.SubscriberId);
            reader.Property(r => r.SubscriberId).ValueGeneratedNever();
        });
        builder.Entity<SignUpTally>(tally =>
        {
            tally.HasKey(t => t.Key);
            tally.HasIndex(t => t.EndsAt);
        });
        builder.Entity<Suppression>().HasKey(suppression => suppression.AddressHash);
    }

    private static void IssuesAndSlots(ModelBuilder builder)
    {
        builder.Entity<Issue>(issue =>
        {
            issue.Property(i => i.LastError).HasColumnName("Trouble");
            issue.Ignore(i => i.Text);
            issue.Property(i => i.Slug).HasMaxLength(100);
            issue.Property(i => i.Subject).HasMaxLength(150);
            issue.Property(i => i.ApprovedBy).HasMaxLength(100);
            issue.HasIndex(i => new { i.NewsletterId, i.Slug }).IsUnique();
            issue.HasIndex(i => new { i.State, i.SendAt });
            // Two people, or a person and the worker, never overwrite each other's decision.
            issue.Property(i => i.State).IsConcurrencyToken();
            issue.Property(i => i.Revision).IsConcurrencyToken();
            issue.Property(i => i.Decision).IsConcurrencyToken();
            issue.HasOne<Newsletter>().WithMany().HasForeignKey(i => i.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<IssueRevision>(revision =>
        {
            revision.Ignore(r => r.Text);
            revision.HasKey(r => new { r.IssueId, r.Revision });
            revision.HasOne<Issue>().WithMany().HasForeignKey(r => r.IssueId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Edition>(edition =>
        {
            edition.HasKey(e => e.IssueId);
            edition.HasOne<Issue>().WithOne().HasForeignKey<Edition>(e => e.IssueId).OnDelete(DeleteBehavior.Restrict);
            edition.HasMany(e => e.Frames).WithOne().HasForeignKey(frame => frame.IssueId);
        });
        builder.Entity<EditionFrame>(frame =>
        {
            frame.ToTable("EditionFrames");
            frame.HasKey(f => new { f.IssueId, f.Language });
            frame.Property(f => f.Language).HasMaxLength(35);
        });
        builder.Entity<Photo>(photo =>
        {
            photo.Ignore(p => p.Files);
            photo.Property(p => p.FileName).HasMaxLength(200);
            photo.HasIndex(p => new { p.IssueId, p.FileName }).IsUnique();
            photo.HasOne<Issue>().WithMany().HasForeignKey(p => p.IssueId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<EditionSlot>(slot =>
        {
            slot.HasIndex(s => new { s.NewsletterId, s.At }).IsUnique();
            slot.HasIndex(s => s.IssueId).IsUnique();
            slot.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
            slot.HasOne<Issue>().WithMany().HasForeignKey(s => s.IssueId).OnDelete(DeleteBehavior.Restrict);
        });
    }

    private static void Ledger(ModelBuilder builder)
    {
        builder.Entity<Delivery>(delivery =>
        {
            delivery.Ignore(d => d.IsOfNobody);
            delivery.HasKey(d => new { d.IssueId, d.SubscriberId });
            delivery.HasIndex(d => new { d.IssueId, d.Chunk });
            // No foreign key to the subscriber: the row outlives the reader's erasure, and the sums stay true.
            delivery.HasIndex(d => d.SubscriberId);
            // What servers said of those they refused or put off: cleared away by age, and never there for those they took. Not by the
            // instant, which changes with every mail: PostgreSQL would then write all indexes with every mail (no HOT update).
            delivery.HasIndex(d => d.IssueId, "IX_Deliveries_Replies").HasFilter("\"ReplyText\" IS NOT NULL");
            // Those few whose outcome is or was hidden. By the instant, not the state: an index over the state would be written with every mail.
            delivery.HasIndex(d => d.IssueId).HasFilter("\"UncertainAt\" IS NOT NULL").HasDatabaseName("IX_Deliveries_Uncertain");
            delivery.HasOne<Issue>().WithMany().HasForeignKey(d => d.IssueId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<SendingDay>().HasKey(day => day.Day);
        builder.Entity<DeliveryChunk>(chunk =>
        {
            chunk.HasKey(c => new { c.IssueId, c.Number });
            chunk.HasIndex(c => new { c.Done, c.NextAttemptAt });
            chunk.HasOne<Issue>().WithMany().HasForeignKey(c => c.IssueId).OnDelete(DeleteBehavior.Restrict);
        });
    }
}
