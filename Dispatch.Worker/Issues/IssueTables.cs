using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Issues;

/// <summary>The tables of issues, revisions and editions, and their mappings.</summary>
public static class IssueTables
{
    extension(DispatchDb db)
    {
        public DbSet<Issue> Issues => db.Set<Issue>();
        public DbSet<IssueRevision> IssueRevisions => db.Set<IssueRevision>();
        public DbSet<Edition> Editions => db.Set<Edition>();
    }

    private sealed class IssueMapping : IEntityTypeConfiguration<Issue>
    {
        public void Configure(EntityTypeBuilder<Issue> issue)
        {
            issue.ToTable("Issues");
            issue.Ignore(i => i.Text);
            issue.Property(i => i.Slug).HasMaxLength(100);
            issue.Property(i => i.Subject).HasMaxLength(150);
            issue.Property(i => i.ApprovedBy).HasMaxLength(100);
            issue.Property(i => i.FirstSentWith).HasMaxLength(Issue.LongestSystem);
            issue.HasIndex(i => new { i.NewsletterId, i.Slug }).IsUnique();
            issue.HasIndex(i => new { i.State, i.SendAt });
            // The concurrency token keeps people and the worker from overwriting each other's decisions.
            issue.Property(i => i.State).IsConcurrencyToken();
            issue.Property(i => i.Revision).IsConcurrencyToken();
            issue.Property(i => i.Decision).IsConcurrencyToken();
            issue.HasOne<Newsletter>().WithMany().HasForeignKey(i => i.NewsletterId).OnDelete(DeleteBehavior.Restrict);
        }
    }

    private sealed class IssueRevisionMapping : IEntityTypeConfiguration<IssueRevision>
    {
        public void Configure(EntityTypeBuilder<IssueRevision> revision)
        {
            revision.ToTable("IssueRevisions");
            revision.Ignore(r => r.Text);
            revision.HasKey(r => new { r.IssueId, r.Revision });
            revision.HasOne<Issue>().WithMany().HasForeignKey(r => r.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class EditionMapping : IEntityTypeConfiguration<Edition>
    {
        public void Configure(EntityTypeBuilder<Edition> edition)
        {
            edition.ToTable("Editions").HasKey(e => e.IssueId);
            edition.HasOne<Issue>().WithOne().HasForeignKey<Edition>(e => e.IssueId).OnDelete(DeleteBehavior.Restrict);
            edition.HasMany(e => e.Frames).WithOne().HasForeignKey(frame => frame.IssueId);
        }
    }

    private sealed class EditionFrameMapping : IEntityTypeConfiguration<EditionFrame>
    {
        public void Configure(EntityTypeBuilder<EditionFrame> frame)
        {
            frame.ToTable("EditionFrames").HasKey(f => new { f.IssueId, f.Language });
            frame.Property(f => f.Language).HasMaxLength(35);
        }
    }
}
