using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>The table of confirmations: its rows and their mapping.</summary>
public static class ConfirmationTable
{
    extension(DispatchDb db)
    {
        public DbSet<Confirmation> Confirmations => db.Set<Confirmation>();
    }

    private sealed class ConfirmationMapping : IEntityTypeConfiguration<Confirmation>
    {
        public void Configure(EntityTypeBuilder<Confirmation> confirmation)
        {
            confirmation.ToTable("Confirmations");
            confirmation.HasIndex(c => c.TokenHash).IsUnique();
            confirmation.HasIndex(c => c.ExpiresAt);
            confirmation.HasIndex(c => c.RobotSeenAt).HasFilter("\"RobotNetwork\" IS NOT NULL");
            confirmation.HasOne<Subscriber>().WithMany().HasForeignKey(c => c.SubscriberId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
