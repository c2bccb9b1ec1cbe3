namespace Dispatch.Worker.Relays;

/// <summary>
/// Gathers MailKit's 4 KiB writes into one send for each turn of the conversation. Without it and NoDelay, Nagle's algorithm and
/// delayed acknowledgements cost some 44 ms a message.
/// </summary>
internal sealed class CoalescingStream(Stream inner, int capacity = 128 * 1024) : Stream
{
    private readonly byte[] buffer = new byte[capacity];
    private int filled;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override bool CanTimeout => inner.CanTimeout;
    public override int ReadTimeout { get => inner.ReadTimeout; set => inner.ReadTimeout = value; }
    public override int WriteTimeout { get => inner.WriteTimeout; set => inner.WriteTimeout = value; }
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

    public override int Read(Span<byte> target)
    {
        Flush();
        return inner.Read(target);
    }

    public override Task<int> ReadAsync(byte[] target, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(target.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        return await inner.ReadAsync(target, cancellationToken);
    }

    public override void Write(byte[] source, int offset, int count) => Write(source.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> source)
    {
        if (filled + source.Length > buffer.Length)
            Flush();
        if (source.Length > buffer.Length)
        {
            inner.Write(source);
            return;
        }
        source.CopyTo(buffer.AsSpan(filled));
        filled += source.Length;
    }

    public override Task WriteAsync(byte[] source, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(source.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (filled + source.Length > buffer.Length)
            await FlushAsync(cancellationToken);
        if (source.Length > buffer.Length)
        {
            await inner.WriteAsync(source, cancellationToken);
            return;
        }
        source.CopyTo(buffer.AsMemory(filled));
        filled += source.Length;
    }

    public override void Flush()
    {
        if (filled == 0)
            return;
        inner.Write(buffer, 0, filled);
        filled = 0;
        inner.Flush();
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (filled == 0)
            return;
        await inner.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
        filled = 0;
        await inner.FlushAsync(cancellationToken);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
