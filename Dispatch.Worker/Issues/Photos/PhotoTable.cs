using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>The table of photos and its mapping.</summary>
public static class PhotoTable
{
    extension(DispatchDb db)
    {
        public DbSet<Photo> Photos => db.Set<Photo>();
    }

    private sealed class PhotoMapping : IEntityTypeConfiguration<Photo>
    {
        public void Configure(EntityTypeBuilder<Photo> photo)
        {
            photo.ToTable("Photos");
            photo.Ignore(p => p.Files);
            photo.Property(p => p.FileName).HasMaxLength(200);
            photo.HasIndex(p => new { p.IssueId, p.FileName }).IsUnique();
            photo.HasOne<Issue>().WithMany().HasForeignKey(p => p.IssueId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
