using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// The fingerprint of the key ring that sealed this database's readers. It is compared at startup, so a wrong key file is noticed.
/// </summary>
public class KeyRingMark
{
    public required string Fingerprint { get; set; }
}

/// <summary>The table of key ring marks: its rows and their mapping.</summary>
public static class KeyRingMarkTable
{
    extension(DispatchDb db)
    {
        public DbSet<KeyRingMark> KeyRingMarks => db.Set<KeyRingMark>();
    }

    private sealed class KeyRingMarkMapping : IEntityTypeConfiguration<KeyRingMark>
    {
        public void Configure(EntityTypeBuilder<KeyRingMark> mark) => mark.ToTable("KeyRingMarks").HasKey(m => m.Fingerprint);
    }
}
