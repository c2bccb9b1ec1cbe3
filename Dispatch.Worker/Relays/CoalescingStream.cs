using System.Net.Sockets;

namespace Dispatch.Worker.Relays;

/// <summary>
/// The stream between MailKit and the network. It gathers MailKit's 4 KiB writes into one send per turn of the conversation, because
/// delayed acknowledgements would cost some 44 ms per message. It also limits each answer in bytes and in time: MailKit alone would accept
/// an endless reply.
/// </summary>
internal sealed class CoalescingStream(Stream inner, TimeProvider clock, int capacity = 128 * 1024) : Stream
{
    /// <summary>
    /// The maximum length of an answer in bytes. An EHLO reply, or the relay's part of a TLS handshake, needs a tenth of this.
    /// </summary>
    public const int LongestReply = 64 * 1024;

    private readonly byte[] buffer = new byte[capacity];
    private int filled;
    private int heard;
    private long? askedAt;
    private int timeout;
    private bool patienceUsed;
    private PipelinedData? data;

    /// <summary>How long the relay may take to answer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Replaces Patience for the next answer only. The next write after that answer clears this value.</summary>
    public TimeSpan? PatienceThisTurn { get; set; }

    /// <summary>Sends DATA with each envelope from now on. Only for a relay that offers PIPELINING, and not below TLS.</summary>
    public void PipelineData() => data = new PipelinedData(buffer => Receive(buffer));

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override bool CanTimeout => inner.CanTimeout;

    // The caller's timeouts are ignored: only Patience counts.
    public override int ReadTimeout { get => (int)Patience.TotalMilliseconds; set => _ = value; }
    public override int WriteTimeout { get => inner.WriteTimeout; set => inner.WriteTimeout = value; }
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

    public override int Read(Span<byte> target)
    {
        Flush();
        return data is { HasReplies: true } ? data.Read(target) : Receive(target);
    }

    private int Receive(Span<byte> target)
    {
        while (true)
        {
            Wait();
            try
            {
                var read = inner.Read(target);
                Count(read);
                return read;
            }
            catch (IOException fault) when (fault.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut })
            {
                // Nothing to do: Wait throws when the patience is used up.
            }
        }
    }

    public override Task<int> ReadAsync(byte[] target, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(target.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken);
        Wait();
        var read = await inner.ReadAsync(target, cancellationToken);
        Count(read);
        return read;
    }

    public override void Write(byte[] source, int offset, int count) => Write(source.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> source)
    {
        if (data is { IsAhead: true })
        {
            if (data.WasSent(source))
            {
                Ask();
                return;
            }
            data.Drop();
        }
        Ask();
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
        Ask();
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
        if (data is not null)
            Append(data.After(buffer.AsSpan(0, filled)));
        inner.Write(buffer, 0, filled);
        filled = 0;
        inner.Flush();
    }

    // An envelope is short, so the buffer has room for another command.
    private void Append(ReadOnlySpan<byte> command)
    {
        command.CopyTo(buffer.AsSpan(filled));
        filled += command.Length;
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

    // Begins a new turn, with new limits of bytes and time for its answer.
    private void Ask()
    {
        if (askedAt is null)
            return;
        (heard, askedAt) = (0, null);
        if (patienceUsed)
            (PatienceThisTurn, patienceUsed) = (null, false);
    }

    // Sets the socket's timeout to the rest of this turn's patience. The timeout is in whole seconds, because each change is a system call.
    private void Wait()
    {
        patienceUsed = PatienceThisTurn is not null;
        var left = PatienceThisTurn ?? Patience;
        if (askedAt is { } since)
            left -= clock.GetElapsedTime(since);
        else
            askedAt = clock.GetTimestamp();
        if (left <= TimeSpan.Zero)
            throw new TimeoutException("The relay's reply did not end in time.");
        var wanted = (int)Math.Ceiling((left < Patience ? left : Patience).TotalSeconds) * 1000;
        if (wanted != timeout && inner.CanTimeout)
            inner.ReadTimeout = timeout = wanted;
    }

    private void Count(int read)
    {
        heard += read;
        if (heard > LongestReply)
            throw new IOException($"the relay's reply does not end: more than {LongestReply / 1024} KiB of it came");
    }
}
