using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>
/// Damaged copies of the sample files: cut off, with bytes changed, with columns swapped. <c>DISPATCH_TEST_MUTATIONS</c> says how many.
/// </summary>
public class MutatedFilesTests
{
    private static readonly int Mutations =
        int.TryParse(Environment.GetEnvironmentVariable("DISPATCH_TEST_MUTATIONS"), out var given) ? given : 400;

    // With a fixed seed, every test run tries the same files.
    private readonly Random chance = new(20261127);
    private readonly KeyRing ring = KeyRing.LoadOrCreate(Path.Combine(Path.GetTempPath(), $"dispatch-mutations-{Guid.NewGuid():N}.json"));
    private readonly DateTimeOffset now = DispatchTest.Start;

    [TearDown]
    public void RemoveKeys() => File.Delete(ring.Path!);

    [Test]
    public void No_damaged_file_crashes_or_confirms_anybody_who_was_not()
    {
        var files = Directory.GetFiles(Shared.Folder("corpora/imports")).Order(StringComparer.Ordinal)
            .Where(file => Path.GetExtension(file) is ".csv" or ".json" or ".zip" && new FileInfo(file).Length < 100_000).ToList();
        var careful = File.ReadLines(Path.Combine(Shared.Folder("corpora/imports"), "expected.tsv")).Skip(1)
            .Select(line => line.Split('\t')).Where(cells => cells[4] is not "confirmed" and not "refused")
            // Its other lines call the same readers confirmed, so a damaged line of theirs leaves them so.
            .Where(cells => cells[0] != "nasty-duplicates.csv")
            .Where(cells => EmailAddress.TryParse(cells[2], out _, out _))
            .ToLookup(cells => cells[0].Split('/')[0], cells => EmailAddress.Parse(cells[2]).Key);
        var read = 0;
        for (var number = 0; number < Mutations; number++)
        {
            var file = files[number % files.Count];
            var damaged = Damaged(File.ReadAllBytes(file), Path.GetFileName(file));
            var confirmed = new List<string>();
            try
            {
                Read(Path.GetFileName(file), damaged, confirmed);
                read++;
            }
            catch (UnreadableFileException)
            {
                // Nothing of the file is taken.
            }
            var wrong = confirmed.Intersect(careful[Path.GetFileName(file)]).ToList();
            Assert.That(wrong, Is.Empty, $"mutation {number} of {Path.GetFileName(file)}");
        }
        Assert.That(read, Is.GreaterThan(Mutations / 10), "most damage leaves something to be read");
    }

    private void Read(string name, byte[] content, List<string> confirmed)
    {
        var newsletter = new Newsletter { Id = 1, Slug = "china-in-eurasia", Name = "China In Eurasia" };
        var (choices, found) = (new ImportChoices(), new ImportFindings());
        var staged = new Dictionary<string, StagedReader>();
        var reading = new FileReading(choices, new RowJudge(choices, [newsletter], newsletter, ring, now, found), found)
        {
            Stage = reader =>
            {
                var key = Convert.ToHexString(reader.Hash);
                if (!staged.TryAdd(key, reader))
                    staged[key].Add(reader);
            },
            Refuse = _ => { },
            Cancel = CancellationToken.None,
        };
        reading.Read(name, new MemoryStream(content), content.Length);
        confirmed.AddRange(staged.Values.Where(reader => reader.Statements.Max(statement => statement.Status) is ReaderStatus.Confirmed)
            .Select(reader => EmailAddress.Parse(reader.Address).Key));
    }

    private byte[] Damaged(byte[] content, string name)
    {
        var damaged = content.ToArray();
        for (var times = chance.Next(1, 4); times > 0; times--)
            damaged = chance.Next(5) switch
            {
                0 => damaged[..chance.Next(damaged.Length)],
                1 => Changed(damaged, name),
                2 => Without(damaged),
                3 => SwappedColumns(damaged),
                _ => Changed(Changed(damaged, name), name),
            };
        return damaged;
    }

    // phpList says yes and no with a single digit. One that turns into the other can't be noticed, so digits stay digits of their kind.
    private byte[] Changed(byte[] content, string name)
    {
        if (content.Length == 0)
            return content;
        var at = chance.Next(content.Length);
        var to = (byte)chance.Next(256);
        if (!(name.StartsWith("phplist", StringComparison.Ordinal) && content[at] is (byte)'0' or (byte)'1'))
            content[at] = to;
        return content;
    }

    // Takes a piece out that has a line end in it, or none at all: a piece of one word could turn "inactive" into "active".
    private byte[] Without(byte[] content)
    {
        if (content.Length < 40)
            return content;
        var from = chance.Next(content.Length - 20);
        var length = chance.Next(10, 20);
        return [.. content[..from], .. content[(from + length)..]];
    }

    // Two columns change places, header and all.
    private byte[] SwappedColumns(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        var lines = text.Split('\n');
        var delimiter = lines[0].Contains('\t') ? '\t' : ',';
        var columns = lines[0].Split(delimiter).Length;
        if (columns < 2)
            return content;
        var (one, other) = (chance.Next(columns), chance.Next(columns));
        for (var number = 0; number < lines.Length; number++)
        {
            var cells = lines[number].Split(delimiter);
            if (cells.Length == columns)
                (cells[one], cells[other]) = (cells[other], cells[one]);
            lines[number] = string.Join(delimiter, cells);
        }
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
