using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Issues.Brands;

/// <summary>
/// A logo that a newsletter has or had. The row stays when the newsletter gets another logo, because messages sent earlier still show it.
/// </summary>
public class Logo
{
    /// <summary>The name under <c>/media/</c>.</summary>
    public required string MediaName { get; set; }

    /// <summary>The newsletter that the logo was first added to.</summary>
    public int NewsletterId { get; set; }
    public DateTimeOffset AddedAt { get; set; }
}

/// <summary>The table of logos and its mapping.</summary>
public static class LogoTable
{
    extension(DispatchDb db)
    {
        public DbSet<Logo> Logos => db.Set<Logo>();
    }

    private sealed class LogoMapping : IEntityTypeConfiguration<Logo>
    {
        public void Configure(EntityTypeBuilder<Logo> logo)
        {
            logo.ToTable("Logos").HasKey(l => l.MediaName);
            logo.HasOne<Newsletter>().WithMany().HasForeignKey(l => l.NewsletterId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
