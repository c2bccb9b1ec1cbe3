using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Newsletters;

/// <summary>The table of newsletters: its rows and their mapping.</summary>
public static class NewsletterTable
{
    extension(DispatchDb db)
    {
        public DbSet<Newsletter> Newsletters => db.Set<Newsletter>();
    }

    private sealed class NewsletterMapping : IEntityTypeConfiguration<Newsletter>
    {
        public void Configure(EntityTypeBuilder<Newsletter> newsletter)
        {
            newsletter.ToTable("Newsletters");
            newsletter.Property(n => n.Slug).HasMaxLength(64);
            newsletter.HasIndex(n => n.Slug).IsUnique();
            foreach (var texts in new[] { newsletter.Property(n => n.Names), newsletter.Property(n => n.Descriptions) })
                texts.HasConversion<Translations.AsJson, Translations.ByText>();
        }
    }
}
