using Dispatch.Worker.Relays;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Relays;

public class CoalescingStreamTests
{
    [Test]
    public void A_reply_that_comes_byte_by_byte_must_be_over_in_time()
    {
        var clock = new FakeTimeProvider();
        using var inner = new Drip();
        using var wire = new CoalescingStream(inner, clock) { Patience = TimeSpan.FromSeconds(10) };
        wire.Write("EHLO\r\n"u8);
        for (var second = 0; second < 10; second++)
        {
            Assert.That(wire.Read(new byte[1], 0, 1), Is.EqualTo(1));
            Assert.That(inner.ReadTimeout, Is.EqualTo((10 - second) * 1000), "what is left");
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.That(() => wire.Read(new byte[1], 0, 1), Throws.InstanceOf<TimeoutException>());
        wire.Write("MAIL\r\n"u8); // the next turn has its own
        Assert.That(wire.Read(new byte[1], 0, 1), Is.EqualTo(1));
    }

    [Test]
    public void A_reply_has_64_KiB_and_the_next_has_them_again()
    {
        using var wire = new CoalescingStream(new Drip(), new FakeTimeProvider());
        var buffer = new byte[CoalescingStream.LongestReply];
        Assert.That(wire.Read(buffer, 0, buffer.Length), Is.EqualTo(buffer.Length));
        wire.Write("MAIL\r\n"u8);
        Assert.That(wire.Read(buffer, 0, buffer.Length), Is.EqualTo(buffer.Length));
        Assert.That(() => wire.Read(buffer, 0, 1), Throws.InstanceOf<IOException>());
    }

    /// <summary>Has as much as it is asked for, and takes anything.</summary>
    private sealed class Drip : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override bool CanTimeout => true;
        public override int ReadTimeout { get; set; }
        public override long Length => 0;
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }
    }
}
