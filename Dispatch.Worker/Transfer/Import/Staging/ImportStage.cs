using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>
/// Writes the readers of a file into sealed pieces, by chunk. A chunk covers a range of hashes, so all rows of a reader end up together,
/// and chunks applied in order fill the index of hashes from left to right. Memory is bounded: when the pieces have grown to
/// <see cref="MostBytes"/> together, another thread seals and writes them while reading continues with new ones.
/// </summary>
internal sealed class ImportStage : IDisposable
{
    private const int MostBytes = 4 << 20;

    /// <summary>
    /// The number of readers that a chunk should have. Up to three chunks are in memory at a time, and one takes some four MiB.
    /// </summary>
    private const int ReadersInAChunk = 2500;

    private const int MostChunks = 4096;

    /// <summary>The maximum number of refused lines that are stored. All are counted.</summary>
    public const int MostRefused = 10_000;

    private const int RefusedInAPiece = 1000;

    private readonly DispatchDb db;
    private readonly KeyRing ring;
    private readonly int importId;
    private readonly int[] pieces;
    private readonly List<RefusedLine> refused = [];
    private Buffers filled, spare;
    private Task writing = Task.CompletedTask;
    private int refusedPieces, refusedLines;
    private long held;

    /// <param name="db">The database. No other thread uses the context.</param>
    /// <param name="ring">The keys to seal with.</param>
    /// <param name="importId">The import.</param>
    /// <param name="chunks">The number of chunks, a power of two.</param>
    public ImportStage(DispatchDb db, KeyRing ring, int importId, int chunks)
    {
        (this.db, this.ring, this.importId) = (db, ring, importId);
        (filled, spare) = (new(chunks), new(chunks));
        pieces = new int[chunks];
    }

    /// <summary>Returns the number of chunks for a file of this size.</summary>
    public static int ChunksFor(FileToImport file)
    {
        var packed = Path.GetExtension(file.Name).Equals(".zip", StringComparison.OrdinalIgnoreCase);
        var readers = (file.Bytes ?? 16 << 20) * (packed ? 6 : 1) / 90;
        var chunks = 1;
        while (chunks < MostChunks && (long)chunks * ReadersInAChunk < readers)
            chunks *= 2;
        return chunks;
    }

    public void Add(StagedReader reader)
    {
        var chunk = pieces.Length == 1 ? 0
            : (int)((ulong)BinaryPrimitives.ReadUInt32BigEndian(reader.Hash) * (ulong)pieces.Length >> 32);
        held += filled.Add(reader, chunk);
        if (held >= MostBytes)
            BeginWriting();
    }

    public void Add(RefusedLine line)
    {
        if (refusedLines++ >= MostRefused)
            return;
        refused.Add(line);
        if (refused.Count == RefusedInAPiece)
            BeginWriting();
    }

    /// <summary>Writes the rest, and waits until everything is written.</summary>
    public void Flush()
    {
        BeginWriting();
        writing.GetAwaiter().GetResult();
    }

    /// <summary>Waits until nothing is being written, even if writing failed.</summary>
    public void Dispose()
    {
        writing.ContinueWith(written => written.Exception, TaskScheduler.Default).GetAwaiter().GetResult();
        filled.Dispose();
        spare.Dispose();
    }

    private void BeginWriting()
    {
        writing.GetAwaiter().GetResult();
        var lines = refused.Count > 0 ? JsonSerializer.SerializeToUtf8Bytes(refused) : null;
        refused.Clear();
        (filled, spare) = (spare, filled);
        held = 0;
        var full = spare;
        writing = Task.Run(() => Write(full, lines));
    }

    private void Write(Buffers full, byte[]? lines)
    {
        using var transaction = db.Database.BeginTransaction();
        using var insert = db.Command(
            """INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (@import, @chunk, @number, @sealed)""",
            ("import", importId), ("chunk", 0), ("number", 0), ("sealed", Array.Empty<byte>()));
        insert.Transaction = transaction.GetDbTransaction();
        for (var chunk = 0; chunk < pieces.Length; chunk++)
            if (full.Take(chunk) is { IsEmpty: false } rows)
                Insert(chunk, pieces[chunk]++, rows);
        if (lines is not null)
            Insert(ReaderImportPiece.RefusedLines, refusedPieces++, lines);
        transaction.Commit();

        void Insert(int chunk, int number, ReadOnlySpan<byte> plain)
        {
            (insert.Parameters[1].Value, insert.Parameters[2].Value) = (chunk, number);
            insert.Parameters[3].Value = ring.SealBytes(plain, ReaderImportPiece.Purpose);
            insert.ExecuteNonQuery();
        }
    }

    /// <summary>The readers of each chunk, not sealed yet.</summary>
    private sealed class Buffers : IDisposable
    {
        private readonly MemoryStream[] streams;
        private readonly BinaryWriter[] writers;

        public Buffers(int chunks)
        {
            streams = [.. Enumerable.Range(0, chunks).Select(_ => new MemoryStream())];
            writers = [.. streams.Select(stream => new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))];
        }

        /// <summary>Adds a reader. Returns by how many bytes the chunk has grown.</summary>
        public long Add(StagedReader reader, int chunk)
        {
            var before = streams[chunk].Length;
            reader.Write(writers[chunk]);
            return streams[chunk].Length - before;
        }

        /// <summary>Returns a chunk's bytes, which are valid until more is added, and empties the chunk.</summary>
        public ReadOnlySpan<byte> Take(int chunk)
        {
            var stream = streams[chunk];
            var rows = stream.GetBuffer().AsSpan(0, (int)stream.Length);
            stream.SetLength(0);
            return rows;
        }

        public void Dispose()
        {
            foreach (var writer in writers)
                writer.Dispose();
        }
    }
}
