using System.IO.Compression;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>A file to import: a CSV or JSON file, or a zip of several.</summary>
/// <param name="Name">The file's name without its folder. Mailchimp's file names say what the files contain.</param>
/// <param name="Content">The content, positioned at its first byte.</param>
/// <param name="Bytes">The size in bytes, or null if it isn't known yet.</param>
internal sealed record ImportFile(string Name, Stream Content, long? Bytes)
{
    /// <summary>The largest zip, in bytes, that is buffered in memory because its stream is not seekable.</summary>
    public const int LargestZip = 64 << 20;

    private const long LargestInZip = 4L << 30;

    /// <summary>
    /// Opens a plain file, or every CSV and JSON file in a zip, in the order of their names. Other files in a zip are not opened: those of
    /// Substack and Ghost say who opened what.
    /// </summary>
    public static IEnumerable<ImportFile> Open(string name, Stream stream, long? bytes)
    {
        var head = new byte[4];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length == 0)
            throw new UnreadableFileException("The file is empty.");
        Stream whole = new HeadedStream(head.AsMemory(0, length), stream);
        if (length < 4 || !head.AsSpan().StartsWith("PK"u8))
        {
            yield return new ImportFile(name, whole, bytes);
            yield break;
        }
        using var zip = Zip(stream, whole);
        var found = zip.Entries.Where(IsRead).OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        if (found.Count == 0)
            throw new UnreadableFileException(ForeignFile.KindOfZip([.. zip.Entries.Select(entry => entry.FullName)]));
        foreach (var entry in found)
        {
            if (entry.Length > LargestInZip)
                throw new UnreadableFileException($"{entry.Name} in the zip is too large. Unpack it and import it separately.");
            if (entry.IsEncrypted)
                throw new UnreadableFileException("The zip is protected by a password. Unpack it, and import the files in it.");
            using var content = OpenEntry(entry);
            yield return new ImportFile(entry.Name, content, entry.Length);
        }
    }

    private static bool IsRead(ZipArchiveEntry entry) =>
        !entry.Name.StartsWith('.') && !entry.FullName.StartsWith("__MACOSX", StringComparison.Ordinal)
        && Path.GetExtension(entry.Name).ToLowerInvariant() is ".csv" or ".json" or ".tsv"
        && !entry.Name.EndsWith(".opens.csv", StringComparison.OrdinalIgnoreCase)
        && !entry.Name.EndsWith(".delivers.csv", StringComparison.OrdinalIgnoreCase)
        && !entry.Name.Equals("posts.csv", StringComparison.OrdinalIgnoreCase)
        && !entry.Name.Equals("emails.csv", StringComparison.OrdinalIgnoreCase);

    private static ZipArchive Zip(Stream stream, Stream whole)
    {
        try
        {
            if (stream.CanSeek)
            {
                stream.Position = 0;
                return Listed(new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
            }
            var held = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = whole.Read(buffer)) > 0;)
            {
                held.Write(buffer, 0, read);
                if (held.Length > LargestZip)
                    throw new UnreadableFileException(
                        $"The zip is larger than {LargestZip >> 20} MiB. Unpack it and send its files, or use readers import.");
            }
            held.Position = 0;
            return Listed(new ZipArchive(held, ZipArchiveMode.Read));
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            throw Damaged();
        }
    }

    // Reads the list of entries here, so that damage is noticed here.
    private static ZipArchive Listed(ZipArchive zip) => zip.Entries.Count >= 0 ? zip : throw Damaged();

    private static bool IsDamage(Exception fault) => fault is InvalidDataException or NotSupportedException or EndOfStreamException
        or ArgumentException or OverflowException;

    private static WholeEntry OpenEntry(ZipArchiveEntry entry)
    {
        try
        {
            return new WholeEntry(entry.Open(), entry.Length, entry.Crc32);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            throw Damaged();
        }
    }

    private static UnreadableFileException Damaged() =>
        new("The zip is damaged or encrypted. Download it again. Nothing was imported.");

    // .NET doesn't verify an entry's checksum, and damaged data may still unpack. So the end is reached only if length and CRC-32 match.
    private sealed class WholeEntry(Stream entry, long length, uint checksum) : Stream
    {
        private static readonly uint[] Table = MakeTable();

        private uint crc = uint.MaxValue;
        private long read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int some;
            try
            {
                some = entry.Read(buffer, offset, count);
            }
            catch (Exception fault) when (IsDamage(fault))
            {
                throw Damaged();
            }
            foreach (var one in buffer.AsSpan(offset, some))
                crc = Table[(byte)(crc ^ one)] ^ (crc >> 8);
            read += some;
            return some > 0 || count == 0 || (read == length && ~crc == checksum) ? some : throw Damaged();
        }

        private static uint[] MakeTable()
        {
            var table = new uint[256];
            for (var value = 0u; value < table.Length; value++)
            {
                table[value] = value;
                for (var bit = 0; bit < 8; bit++)
                    table[value] = (table[value] & 1) == 0 ? table[value] >> 1 : (table[value] >> 1) ^ 0xEDB88320;
            }
            return table;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                entry.Dispose();
            base.Dispose(disposing);
        }
    }
}
