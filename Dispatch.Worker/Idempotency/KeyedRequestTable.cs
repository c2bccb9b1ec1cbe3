using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Idempotency;

/// <summary>The table of keyed requests: its rows and their mapping.</summary>
public static class KeyedRequestTable
{
    extension(DispatchDb db)
    {
        public DbSet<KeyedRequest> KeyedRequests => db.Set<KeyedRequest>();
    }

    private sealed class KeyedRequestMapping : IEntityTypeConfiguration<KeyedRequest>
    {
        public void Configure(EntityTypeBuilder<KeyedRequest> request)
        {
            request.ToTable("IdempotencyKeys").HasKey(r => r.Key);
            request.HasIndex(r => r.CreatedAt);
        }
    }
}
