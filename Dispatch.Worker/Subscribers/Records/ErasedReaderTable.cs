using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>The table of erased readers: its rows and their mapping.</summary>
public static class ErasedReaderTable
{
    extension(DispatchDb db)
    {
        public DbSet<ErasedReader> ErasedReaders => db.Set<ErasedReader>();
    }

    private sealed class ErasedReaderMapping : IEntityTypeConfiguration<ErasedReader>
    {
        public void Configure(EntityTypeBuilder<ErasedReader> reader)
        {
            reader.ToTable("ErasedReaders").HasKey(r => r.SubscriberId);
            reader.Property(r => r.SubscriberId).ValueGeneratedNever();
        }
    }
}
