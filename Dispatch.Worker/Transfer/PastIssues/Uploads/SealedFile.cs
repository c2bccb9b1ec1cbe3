using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.PastIssues.Uploads;

/// <summary>
/// A file on disk that only this Dispatch can read. Archives contain lists of readers besides the issues, and a killed process leaves its
/// files behind. The file is sealed in pieces of one size, so that it is seekable, as a zip has to be.
/// </summary>
internal static class SealedFile
{
    private const string Purpose = "archive.upload";
    private const int PieceBytes = 1 << 18;

    /// <summary>Writes a file, reading the source synchronously.</summary>
    /// <exception cref="UnreadableFileException">The source is too long.</exception>
    public static void Write(Stream from, string path, KeyRing ring, long most)
    {
        using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var (piece, whole) = (new byte[PieceBytes], 0L);
        for (int read; (read = from.ReadAtLeast(piece, PieceBytes, throwOnEndOfStream: false)) > 0; whole += read)
        {
            if (whole + read > most)
                throw new UnreadableFileException($"The file is larger than {most >> 30} GiB. Import it on the command line, with issues "
                    + "import. Nothing of it was taken.");
            to.Write(ring.SealBytes(piece.AsSpan(0, read), Purpose));
        }
        if (whole == 0)
            throw new UnreadableFileException("The file is empty.");
    }

    /// <summary>Opens a file that <see cref="Write"/> wrote.</summary>
    public static Stream Open(string path, KeyRing ring) =>
        new Opened(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0), ring);

    private sealed class Opened : Stream
    {
        private readonly FileStream file;
        private readonly KeyRing ring;
        private readonly int sealedBytes;
        private byte[] piece = [];
        private long number = -1;

        public Opened(FileStream file, KeyRing ring)
        {
            (this.file, this.ring) = (file, ring);
            var overhead = ring.SealBytes([], Purpose).Length;
            sealedBytes = PieceBytes + overhead;
            var (whole, rest) = Math.DivRem(file.Length, sealedBytes);
            Length = (whole * PieceBytes) + Math.Max(0, rest - overhead);
        }

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length { get; }
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (Position >= Length || buffer.IsEmpty)
                return 0;
            var (wanted, start) = Math.DivRem(Position, PieceBytes);
            if (wanted != number)
            {
                var whole = new byte[Math.Min(sealedBytes, file.Length - (wanted * sealedBytes))];
                file.Position = wanted * sealedBytes;
                file.ReadExactly(whole);
                (piece, number) = (ring.OpenBytes(whole, Purpose), wanted);
            }
            var some = Math.Min(buffer.Length, piece.Length - (int)start);
            piece.AsSpan((int)start, some).CopyTo(buffer);
            Position += some;
            return some;
        }

        // A zip's reader looks for the end of a file that may be shorter than that, and expects this exception.
        public override long Seek(long offset, SeekOrigin origin) => offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        } is >= 0 and var place ? Position = place : throw new IOException("The position is before the beginning of the file.");

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
