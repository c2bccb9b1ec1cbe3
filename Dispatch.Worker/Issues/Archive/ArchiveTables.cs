using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>The tables of the archive: corrections, old addresses and what the search needs, with their mappings.</summary>
public static class ArchiveTables
{
    extension(DispatchDb db)
    {
        public DbSet<Correction> Corrections => db.Set<Correction>();
        public DbSet<OldAddress> OldAddresses => db.Set<OldAddress>();
        public DbSet<SearchText> SearchTexts => db.Set<SearchText>();
        public DbSet<SearchTerm> SearchTerms => db.Set<SearchTerm>();
    }

    private sealed class CorrectionMapping : IEntityTypeConfiguration<Correction>
    {
        public void Configure(EntityTypeBuilder<Correction> correction)
        {
            correction.ToTable("Corrections");
            correction.Property(c => c.Text).HasMaxLength(Correction.LongestText);
            correction.HasOne<Issue>().WithMany().HasForeignKey(c => c.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class OldAddressMapping : IEntityTypeConfiguration<OldAddress>
    {
        public void Configure(EntityTypeBuilder<OldAddress> address)
        {
            address.ToTable("OldAddresses").HasKey(a => a.Path);
            address.Property(a => a.Path).HasMaxLength(OldAddress.LongestPath).HasAnnotation(DispatchDb.Ordinal, true);
            address.HasOne<Issue>().WithMany().HasForeignKey(a => a.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class SearchTextMapping : IEntityTypeConfiguration<SearchText>
    {
        public void Configure(EntityTypeBuilder<SearchText> text)
        {
            text.ToTable("SearchTexts").HasKey(t => t.IssueId);
            text.HasOne<Issue>().WithOne().HasForeignKey<SearchText>(t => t.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class SearchTermMapping : IEntityTypeConfiguration<SearchTerm>
    {
        public void Configure(EntityTypeBuilder<SearchTerm> term)
        {
            // The term comes first in the key, so that all terms with the same beginning are next to each other.
            term.ToTable("SearchTerms").HasKey(t => new { t.Term, t.IssueId });
            term.Property(t => t.Term).HasMaxLength(Archive.SearchTerms.Longest).HasAnnotation(DispatchDb.Ordinal, true);
            term.HasOne<Issue>().WithMany().HasForeignKey(t => t.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
