using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Audit;

/// <summary>The table of audit entries: its rows and their mapping.</summary>
public static class AuditTable
{
    extension(DispatchDb db)
    {
        public DbSet<AuditEntry> Audit => db.Set<AuditEntry>();
    }

    private sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> entry)
        {
            entry.ToTable("Audit");
            entry.HasIndex(e => e.At);
            entry.HasIndex(e => new { e.Target, e.Id });
        }
    }
}
