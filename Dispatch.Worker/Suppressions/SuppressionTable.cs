using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Suppressions;

/// <summary>The table of suppressions: its rows and their mapping.</summary>
public static class SuppressionTable
{
    extension(DispatchDb db)
    {
        public DbSet<Suppression> Suppressions => db.Set<Suppression>();
    }

    private sealed class SuppressionMapping : IEntityTypeConfiguration<Suppression>
    {
        public void Configure(EntityTypeBuilder<Suppression> suppression) =>
            suppression.ToTable("Suppressions").HasKey(s => s.AddressHash);
    }
}
