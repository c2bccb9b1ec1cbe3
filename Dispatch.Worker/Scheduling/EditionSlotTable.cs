using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Scheduling;

/// <summary>The table of edition slots: its rows and their mapping.</summary>
public static class EditionSlotTable
{
    extension(DispatchDb db)
    {
        public DbSet<EditionSlot> EditionSlots => db.Set<EditionSlot>();
    }

    private sealed class EditionSlotMapping : IEntityTypeConfiguration<EditionSlot>
    {
        public void Configure(EntityTypeBuilder<EditionSlot> slot)
        {
            slot.ToTable("EditionSlots");
            slot.HasIndex(s => new { s.NewsletterId, s.At }).IsUnique();
            slot.HasIndex(s => s.IssueId).IsUnique();
            slot.HasOne<Newsletter>().WithMany().HasForeignKey(s => s.NewsletterId).OnDelete(DeleteBehavior.Restrict);
            slot.HasOne<Issue>().WithMany().HasForeignKey(s => s.IssueId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
