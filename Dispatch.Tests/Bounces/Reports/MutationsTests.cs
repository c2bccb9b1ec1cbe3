using System.Globalization;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>
/// Broken messages: whatever comes, it is read with bounded work, and nothing is thrown. <c>DISPATCH_TEST_MUTATIONS</c> sets their number.
/// </summary>
public class MutationsTests
{
    private const long MostAllocated = 300L << 20;

    private static readonly Judge Judge = new(TextRules.BuiltIn);

    private static readonly string[] Charsets = ["utf-7", "unknown-8bit", "iso-2022-jp", "utf-16", "x-user-defined", "gb18030", "",
        "hz-gb-2312"];

    [Test]
    public void A_broken_message_is_read_with_bounded_work()
    {
        var count = Environment.GetEnvironmentVariable("DISPATCH_TEST_MUTATIONS") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture) : 100;
        var samples = Samples();
        var random = new Random(18);
        for (var number = 0; number < count; number++)
        {
            var bytes = samples[random.Next(samples.Count)];
            for (var times = random.Next(1, 4); times > 0; times--)
                bytes = Mutated(bytes, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => MailVerdicts.Of(ReportReader.Read(Cut(bytes)), Judge).Line(), Throws.Nothing, $"mutation {number}");
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MostAllocated), $"mutation {number}");
        }
    }

    [Test]
    public void A_message_of_50_MB_and_one_of_1000_nested_parts_are_no_trouble()
    {
        var huge = ComeBack.Bytes("From: MAILER-DAEMON@mx.example.org\nSubject: failure\n\n").Concat(
            Encoding.ASCII.GetBytes(new string('a', 50 << 20))).ToArray();
        var nested = new StringBuilder("From: a@b.test\r\n");
        for (var depth = 0; depth < 1000; depth++)
            nested.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
        foreach (var bytes in new[] { huge, Encoding.ASCII.GetBytes(nested.ToString()), [], Encoding.ASCII.GetBytes(new string('\n',
            100_000)),
            Encoding.ASCII.GetBytes("Subject: " + string.Concat(Enumerable.Repeat("=?utf-8?q?a?= ", 50_000)) + "\r\n\r\n"),
            Encoding.ASCII.GetBytes("To: " + string.Concat(Enumerable.Repeat("<a@b.test>, (", 50_000)) + "\r\n\r\n"),
            Encoding.ASCII.GetBytes("From: MAILER-DAEMON@a.test\r\n\r\n" + string.Concat(Enumerable.Repeat("could not be delivered "
                + "a@b.test ", 20_000))) })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(() => MailVerdicts.Of(ReportReader.Read(Cut(bytes)), Judge).Line(), Throws.Nothing);
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MostAllocated));
        }
    }

    private static byte[] Cut(byte[] bytes) => bytes.Length > 2 << 20 ? bytes[..(2 << 20)] : bytes;

    private static List<byte[]> Samples()
    {
        var samples = new List<byte[]>
        {
            ComeBack.Dsn("bounces+x@sender.test", "ana@example.org"), ComeBack.Complaint("Subject: The Gazette"),
            ComeBack.Letter("news@sender.test", "ana@example.org", "Hello", "A letter."),
        };
        if (Shared.FolderIfAny("corpora/bounces") is { } corpus)
            samples.AddRange(Directory.EnumerateFiles(corpus, "*.*", SearchOption.AllDirectories)
                .Where(file => file.EndsWith(".eml", StringComparison.Ordinal) || file.EndsWith(".txt", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        return samples;
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
            return bytes;
        var (at, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
        var text = Encoding.Latin1.GetString(bytes);
        switch (random.Next(9))
        {
            case 0: // cut off
                return bytes[..at];
            case 1: // bytes changed
                var changed = (byte[])bytes.Clone();
                for (var times = random.Next(1, 50); times > 0; times--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                return changed;
            case 2: // a piece doubled many times
                var piece = bytes[Math.Min(at, to)..Math.Min(Math.Max(at, to), Math.Min(at, to) + 2000)];
                return [.. bytes[..at], .. Enumerable.Repeat(piece, random.Next(1, 100)).SelectMany(one => one), .. bytes[at..]];
            case 3: // header doubled
                return [.. bytes[..Math.Max(0, text.IndexOf("\n\n", StringComparison.Ordinal))], .. bytes];
            case 4: // a charset that nobody has
                return Encoding.Latin1.GetBytes(text.Replace("charset=", $"charset={Charsets[random.Next(Charsets.Length)]}; was=",
                    StringComparison.OrdinalIgnoreCase));
            case 5: // another encoding
                return Encoding.Latin1.GetBytes(text.Replace("Content-Type:", "Content-Transfer-Encoding: base64\r\nContent-Type:",
                    StringComparison.OrdinalIgnoreCase));
            case 6: // line ends
                return Encoding.Latin1.GetBytes(random.Next(2) == 0 ? text.Replace("\n", "", StringComparison.Ordinal)
                    : text.Replace("\n", "\n\n", StringComparison.Ordinal));
            case 7: // one within the other
                return [.. Encoding.Latin1.GetBytes("From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\n"), .. bytes];
            default: // a run of one byte
                return [.. bytes[..at], .. Enumerable.Repeat((byte)random.Next(256), random.Next(1, 20_000)), .. bytes[at..]];
        }
    }
}
