using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Tests.Transfer.Reading;

public class CsvReaderTests
{
    [TestCase("a,b\n1,2\n", "1:a|b 2:1|2"), TestCase("a,b\r\n1,2", "1:a|b 2:1|2"), TestCase("a,b\r1,2\r", "1:a|b 2:1|2")]
    [TestCase("a;b\n\"1;2\";3", "1:a|b 2:1;2|3"), TestCase("a\tb\n1\t", "1:a|b 2:1|"), TestCase("sep=;\r\na;b\r\n1;2", "2:a|b 3:1|2")]
    [TestCase("a,b\n\"1\n1\",2\n3,4", "1:a|b 2:1\n1|2 4:3|4"), TestCase("a,b\r\n\"1\r\n1\",2\r\n3,4", "1:a|b 2:1\r\n1|2 4:3|4")]
    [TestCase("a,b\n\n\n1,2\n\n", "1:a|b 4:1|2"), TestCase("a,b\n\"say \"\"x\"\"\",2", "1:a|b 2:say \"x\"|2")]
    [TestCase("a,b\n5\" disk,2", "1:a|b 2:5\" disk|2"), TestCase("a\n\"\"\n1", "1:a 3:1"), TestCase("a,b\n\"\",\n", "1:a|b 2:|")]
    [TestCase("a, \"b\"\n1, \"2, 3\"\n4,5", "1:a|b 2:1|2, 3 3:4|5"), TestCase("a,b\n1, \"2", "1:a|b 2:1| \"2")]
    public void Records_are_read_with_the_line_that_they_begin_in(string text, string expected)
    {
        using var csv = new CsvReader(new StringReader(text), "UTF-8");
        var read = new List<string>();
        while (csv.Read())
            read.Add($"{csv.Line}:{string.Join('|', csv.Cells)}");
        Assert.That(string.Join(' ', read), Is.EqualTo(expected));
    }

    [TestCase("a,b\n\"1,2\n3,4\n", "Line 2"), TestCase("a,b\n1,\"2\"x\n", "Line 2, column 2"), TestCase("a,b\n1,2\n3,\"", "Line 3")]
    [TestCase("a,b\n\"1\"\"", "Line 2"), TestCase("\"a,b\n1,2", "Line 1"), TestCase("a,b\n\"1\" ,2", "Line 2")]
    public void A_quotation_mark_that_is_not_closed_ends_the_reading(string text, string where)
    {
        using var csv = new CsvReader(new StringReader(text), "UTF-8");
        var fault = Assert.Throws<UnreadableFileException>(() =>
        {
            while (csv.Read())
            {
            }
        });
        Assert.That(fault!.Message, Does.Contain(where));
    }

    [Test]
    public void A_cell_that_is_too_long_is_passed_over_and_the_next_line_is_read()
    {
        using var csv = new CsvReader(new StringReader($"a,b\n\"{new string('x', 40_000)}\n\",2\n3,4\n"), "UTF-8");
        Assert.That((csv.Read(), csv.Read(), csv.TooLong, csv.Line), Is.EqualTo((true, true, 0, 2)));
        Assert.That((csv.Read(), csv.TooLong, csv.Line, csv.Cells[0]), Is.EqualTo((true, -1, 4, "3")));
    }

    [Test]
    public void Marks_and_line_ends_are_seen_across_the_edge_of_a_buffer()
    {
        for (var length = 32_760; length < 32_772; length++)
        {
            using var csv = new CsvReader(new StringReader($"{new string('h', 9_000)},b\r\n{new string('i', 9_000)},c\r\n"
                + $"{new string('j', 9_000)},{new string('k', length - 27_020)}\"\"\r\n\"x\"\"y\",\"z\"\r\n1,2"), "UTF-8");
            var lines = new List<int>();
            while (csv.Read())
                lines.Add(csv.Line);
            Assert.That(lines, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
            Assert.That(string.Join('|', csv.Cells), Is.EqualTo("1|2"));
        }
    }
}
