using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>Says which entry of an archive an issue was imported from, so that no entry is imported twice.</summary>
public class ImportedIssue
{
    /// <summary>The maximum length of <see cref="Key"/>, in UTF-16 code units. A longer one is stored as a hash.</summary>
    public const int LongestKey = 200;

    public int IssueId { get; set; }
    public int NewsletterId { get; set; }

    /// <summary>The system's name, as on the command line.</summary>
    public required string System { get; set; }

    /// <summary>What identifies the issue in that system.</summary>
    public required string Key { get; set; }
}

/// <summary>The table of imported issues and its mapping.</summary>
public static class ImportedIssueTable
{
    extension(DispatchDb db)
    {
        public DbSet<ImportedIssue> ImportedIssues => db.Set<ImportedIssue>();
    }

    private sealed class ImportedIssueMapping : IEntityTypeConfiguration<ImportedIssue>
    {
        public void Configure(EntityTypeBuilder<ImportedIssue> imported)
        {
            imported.ToTable("ImportedIssues").HasKey(i => i.IssueId);
            imported.Property(i => i.System).HasMaxLength(20);
            imported.Property(i => i.Key).HasMaxLength(ImportedIssue.LongestKey).HasAnnotation(DispatchDb.Ordinal, true);
            imported.HasIndex(i => new { i.NewsletterId, i.System, i.Key }).IsUnique();
            imported.HasOne<Issue>().WithOne().HasForeignKey<ImportedIssue>(i => i.IssueId).OnDelete(DeleteBehavior.Cascade);
            imported.HasOne<Newsletter>().WithMany().HasForeignKey(i => i.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
