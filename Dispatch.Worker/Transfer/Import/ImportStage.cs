using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// Writes the readers of a file into sealed pieces, by chunk. A chunk has a range of hashes, so all rows of one reader come together, and
/// chunks taken in by order fill the index of hashes from left to right. Memory is bounded: when the pieces have grown to
/// <see cref="MostBytes"/> together, they are written.
/// </summary>
internal sealed class ImportStage : IDisposable
{
    private const int MostBytes = 12 << 20;

    /// <summary>The number of readers that a chunk is meant to have.</summary>
    private const int ReadersInAChunk = 5000;

    private const int MostChunks = 4096;

    /// <summary>The largest number of refused lines that is stored. All are counted.</summary>
    public const int MostRefused = 10_000;

    private const int RefusedInAPiece = 1000;

    private readonly DispatchDb db;
    private readonly KeyRing ring;
    private readonly int importId;
    private readonly MemoryStream[] buffers;
    private readonly BinaryWriter[] writers;
    private readonly int[] pieces;
    private readonly List<RefusedLine> refused = [];
    private int refusedPieces, refusedLines;
    private long held;

    /// <param name="db">The database.</param>
    /// <param name="ring">The keys to seal with.</param>
    /// <param name="importId">The import.</param>
    /// <param name="chunks">The number of chunks, a power of two.</param>
    public ImportStage(DispatchDb db, KeyRing ring, int importId, int chunks)
    {
        (this.db, this.ring, this.importId) = (db, ring, importId);
        buffers = [.. Enumerable.Range(0, chunks).Select(_ => new MemoryStream())];
        writers = [.. buffers.Select(buffer => new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))];
        pieces = new int[chunks];
    }

    /// <summary>Returns a number of chunks for a file's size.</summary>
    /// <param name="bytes">The size in bytes, or null if it isn't known.</param>
    public static int ChunksFor(long? bytes)
    {
        var readers = (bytes ?? 16 << 20) / 90;
        var chunks = 1;
        while (chunks < MostChunks && (long)chunks * ReadersInAChunk < readers)
            chunks *= 2;
        return chunks;
    }

    public void Add(StagedReader reader)
    {
        var chunk = buffers.Length == 1 ? 0
            : (int)((ulong)BinaryPrimitives.ReadUInt32BigEndian(reader.Hash) * (ulong)buffers.Length >> 32);
        var before = buffers[chunk].Length;
        reader.Write(writers[chunk]);
        held += buffers[chunk].Length - before;
        if (held >= MostBytes)
            Flush();
    }

    public void Add(RefusedLine line)
    {
        if (refusedLines++ >= MostRefused)
            return;
        refused.Add(line);
        if (refused.Count == RefusedInAPiece)
            Flush();
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        using var transaction = db.Database.BeginTransaction();
        using var insert = db.Command(
            """INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (@import, @chunk, @number, @sealed)""",
            ("import", importId), ("chunk", 0), ("number", 0), ("sealed", Array.Empty<byte>()));
        insert.Transaction = transaction.GetDbTransaction();
        for (var chunk = 0; chunk < buffers.Length; chunk++)
        {
            writers[chunk].Flush();
            if (buffers[chunk].Length == 0)
                continue;
            Insert(chunk, pieces[chunk]++, buffers[chunk].GetBuffer().AsSpan(0, (int)buffers[chunk].Length));
            buffers[chunk].SetLength(0);
        }
        if (refused.Count > 0)
            Insert(ReaderImportPiece.RefusedLines, refusedPieces++, JsonSerializer.SerializeToUtf8Bytes(refused));
        refused.Clear();
        transaction.Commit();
        held = 0;

        void Insert(int chunk, int number, ReadOnlySpan<byte> plain)
        {
            (insert.Parameters[1].Value, insert.Parameters[2].Value) = (chunk, number);
            insert.Parameters[3].Value = ring.SealBytes(plain, ReaderImportPiece.Purpose);
            insert.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        foreach (var writer in writers)
            writer.Dispose();
    }
}
