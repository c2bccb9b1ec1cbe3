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
        wire.Write("MAIL\r\n"u8); // this turn has the full patience again
        Assert.That(wire.Read(new byte[1], 0, 1), Is.EqualTo(1));
    }

    [Test]
    public void A_turn_with_more_patience_reads_on_after_the_sockets_timeout_and_not_for_ever()
    {
        var clock = new FakeTimeProvider();
        using var inner = new Silence(clock);
        using var wire = new CoalescingStream(inner, clock) { Patience = TimeSpan.FromMinutes(2) };
        wire.Write(".\r\n"u8);
        wire.PatienceThisTurn = TimeSpan.FromMinutes(10);
        Assert.That(() => wire.Read(new byte[1], 0, 1), Throws.InstanceOf<TimeoutException>());
        Assert.That(inner.Waited, Is.EqualTo(TimeSpan.FromMinutes(10)));
        wire.Write("RSET\r\n"u8);
        Assert.That(() => wire.Read(new byte[1], 0, 1), Throws.InstanceOf<TimeoutException>());
        Assert.That(inner.Waited, Is.EqualTo(TimeSpan.FromMinutes(12)), "the next turn has no more than usual");
    }

    [Test]
    public void The_socket_is_told_its_timeout_once_for_many_mails()
    {
        var clock = new FakeTimeProvider();
        using var inner = new Drip();
        using var wire = new CoalescingStream(inner, clock);
        for (var mail = 0; mail < 3; mail++)
        {
            foreach (var line in new[] { "MAIL", "DATA", "." })
            {
                wire.Write(System.Text.Encoding.ASCII.GetBytes(line));
                if (line is ".")
                    wire.PatienceThisTurn = TimeSpan.FromMinutes(10);
                wire.ReadExactly(new byte[1]);
                clock.Advance(TimeSpan.FromMilliseconds(300));
                wire.ReadExactly(new byte[1]); // the reply comes in two parts
            }
        }
        Assert.That(inner.TimeoutsSet, Is.EqualTo(1));
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

    [TestCase(1), TestCase(7), TestCase(1000)]
    public void Of_the_replies_to_an_envelope_with_DATA_MailKit_gets_two_and_the_third_when_it_asks(int atOnce)
    {
        using var inner = new Script("250 2.1.0 Ok\r\n250-2.1.5 One\r\n250 2.1.5 Two\r\n354 Go on\r\n250 Taken\r\n", atOnce);
        using var wire = new CoalescingStream(inner, new FakeTimeProvider());
        wire.PipelineData();
        wire.Write("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n"u8);
        Assert.That(Told(wire, 3), Is.EqualTo("250 2.1.0 Ok\r\n250-2.1.5 One\r\n250 2.1.5 Two\r\n"));
        wire.Write("DATA\r\n"u8);
        Assert.That(Told(wire, 1), Does.StartWith("354 Go on\r\n"));
        Assert.That(inner.Sent, Is.EqualTo("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n"));
    }

    // Reads to the last line of a reply, as MailKit does.
    private static string Told(CoalescingStream wire, int lines)
    {
        var (told, buffer) = ("", new byte[4096]);
        while (told.Count(letter => letter == '\n') < lines)
            told += System.Text.Encoding.ASCII.GetString(buffer, 0, wire.Read(buffer, 0, buffer.Length));
        return told;
    }

    private sealed class Script(string replies, int atOnce) : Drip
    {
        private int at;

        public string Sent { get; private set; } = "";

        public override int Read(byte[] buffer, int offset, int count)
        {
            var part = replies.AsSpan(at, Math.Min(Math.Min(count, atOnce), replies.Length - at));
            var read = System.Text.Encoding.ASCII.GetBytes(part, buffer.AsSpan(offset));
            at += read;
            return read;
        }

        public override void Write(byte[] buffer, int offset, int count) =>
            Sent += System.Text.Encoding.ASCII.GetString(buffer, offset, count);
    }

    /// <summary>A stream that returns as many bytes as requested.</summary>
    private class Drip : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override bool CanTimeout => true;

        public override int ReadTimeout
        {
            get => field;
            set
            {
                field = value;
                TimeoutsSet++;
            }
        }

        public int TimeoutsSet { get; private set; }
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
    /// <summary>A socket that never answers. Each read advances the clock by the timeout.</summary>
    private sealed class Silence(FakeTimeProvider clock) : Drip
    {
        public TimeSpan Waited { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var timeout = TimeSpan.FromMilliseconds(ReadTimeout);
            Waited += timeout;
            clock.Advance(timeout);
            throw new IOException("timed out", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.TimedOut));
        }
    }
}
