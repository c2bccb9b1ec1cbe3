using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>The tables of imports, their chunks and their staged rows.</summary>
public static class ImportTables
{
    extension(DispatchDb db)
    {
        public DbSet<ReaderImport> ReaderImports => db.Set<ReaderImport>();
        public DbSet<ReaderImportChunk> ReaderImportChunks => db.Set<ReaderImportChunk>();
        public DbSet<ReaderImportPiece> ReaderImportPieces => db.Set<ReaderImportPiece>();
    }

    private sealed class ImportMapping : IEntityTypeConfiguration<ReaderImport>
    {
        public void Configure(EntityTypeBuilder<ReaderImport> import) =>
            import.ToTable("ReaderImports").HasIndex(i => i.State).HasFilter("\"State\" <> 'Done'");
    }

    private sealed class ChunkMapping : IEntityTypeConfiguration<ReaderImportChunk>
    {
        public void Configure(EntityTypeBuilder<ReaderImportChunk> chunk)
        {
            chunk.ToTable("ReaderImportChunks").HasKey(c => new { c.ImportId, c.Number });
            chunk.HasOne<ReaderImport>().WithMany().HasForeignKey(c => c.ImportId).OnDelete(DeleteBehavior.Cascade);
        }
    }

    private sealed class PieceMapping : IEntityTypeConfiguration<ReaderImportPiece>
    {
        public void Configure(EntityTypeBuilder<ReaderImportPiece> piece)
        {
            piece.ToTable("ReaderImportPieces").HasKey(p => new { p.ImportId, p.Chunk, p.Number });
            piece.HasOne<ReaderImport>().WithMany().HasForeignKey(p => p.ImportId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
