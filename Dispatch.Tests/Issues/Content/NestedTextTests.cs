using System.Diagnostics;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

/// <summary>Texts that once crashed the process, threw an exception or took minutes.</summary>
[TestFixture]
public class NestedTextTests
{
    private const string Deep = "nested-too-deeply";
    private const string Much = "too-many-marks";

    // Generous, because the machine may be busy. Without the limits on nesting, a text takes minutes.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    private static IEnumerable<TestCaseData> Nested()
    {
        static string Around(string mark, int times, string? end = null) =>
            string.Concat(Enumerable.Repeat(mark, times)) + "a" + string.Concat(Enumerable.Repeat(end ?? mark, times));
        static TestCaseData Case(string name, string text, int line, string rule) =>
            new TestCaseData(text, line, rule).SetArgDisplayNames(name);

        yield return Case("stars", Around("**", 16000), 1, Much);
        yield return Case("underscores", Around("__", 16000), 1, Much);
        yield return Case("stars in a heading", "Text.\n\n## " + Around("**", 16000), 3, Much);
        yield return Case("stars in a link's words", "[" + Around("**", 16000) + "](https://example.org)", 1, Much);
        yield return Case("stars in an alt text", "![" + Around("**", 16000) + "](photos/x.jpg)", 1, Much);
        yield return Case("stars and underscores", Around("*_", 16000, "_*"), 1, Much);
        yield return Case("fewer stars", "First.\n\n" + Around("**", 300), 3, Deep);
        yield return Case("fewer stars in a heading", "## " + Around("**", 300), 1, Deep);
        yield return Case("fewer stars in a list in a quote", "> - " + Around("**", 300), 1, Deep);
        yield return Case("stars with words between",
            string.Concat(Enumerable.Repeat("*a ", 2000)) + string.Concat(Enumerable.Repeat("b* ", 2000)), 1, Deep);
        yield return Case("130 quotes", new string('>', 130) + " x", 1, Deep);
        yield return Case("quotes on the third line", "One.\n\n" + string.Concat(Enumerable.Repeat("> ", 300)) + "x", 3, Deep);
        yield return Case("40 quotes, which the parser takes", "One.\n\n" + new string('>', 40) + " x", 3, Deep);
        yield return Case("100 lists", string.Concat(Enumerable.Range(0, 100).Select(i => new string(' ', 2 * i) + "- x\n")), 16, Deep);
        yield return Case("lists on one line", string.Concat(Enumerable.Repeat("- ", 500)) + "x", 1, Deep);
        yield return Case("numbered lists and quotes in turn", string.Concat(Enumerable.Repeat("1. > ", 100)) + "x", 1, Deep);
        yield return Case("pictures in alt texts",
            string.Concat(Enumerable.Repeat("![", 100)) + "x" + string.Concat(Enumerable.Repeat("](photos/x.jpg)", 100)), 1, Deep);
        yield return Case("open brackets", new string('[', 100_000), 1, Much);
        yield return Case("open pictures", string.Concat(Enumerable.Repeat("![", 100_000)), 1, Much);
        yield return Case("links that never end", string.Concat(Enumerable.Repeat("[](", 300_000)), 1, Much);
        yield return Case("links that never end, on lines", string.Concat(Enumerable.Repeat("[](\n", 200_000)), 1, Much);
        yield return Case("angle brackets", string.Concat(Enumerable.Repeat("<a ", 300_000)), 1, Much);
        yield return Case("back ticks of many lengths",
            string.Concat(Enumerable.Range(1, 1400).Select(i => new string('`', i) + " ")), 1, Much);
        yield return Case("half comments", string.Concat(Enumerable.Repeat("x<!--", 200_000)), 1, Much);
    }

    [TestCaseSource(nameof(Nested))]
    public void Text_nested_too_deeply_is_a_fault_with_its_line(string text, int line, string rule)
    {
        var watch = Stopwatch.StartNew();
        var content = Render(text);
        Assert.That(content.Faults.Where(fault => fault.Severity is FaultSeverity.Error).Select(fault => (fault.Rule, fault.Line)),
            Is.EqualTo(new[] { (rule, (int?)line) }));
        Assert.That(content.Unreadable, Is.True);
        Assert.That(content.MailHtml, Has.Length.LessThan(1000).And.Contains($"Line {line}:"), "in its place stands why");
        Assert.That(watch.Elapsed, Is.LessThan(LongEnough));
    }

    private static IEnumerable<TestCaseData> Long()
    {
        static TestCaseData Case(string name, string text) => new TestCaseData(text).SetArgDisplayNames(name);
        static string Paragraphs(string text) => string.Concat(Enumerable.Repeat(text + "\n\n", 1_000_000 / (text.Length + 2)));

        yield return Case("a million letters of paragraphs with links",
            Paragraphs("The *road* goes on, and [somebody](https://example.org/a) pays **for** it."));
        yield return Case("a million letters in one paragraph",
            string.Concat(Enumerable.Repeat("Nobody has asked for the road that is being built. ", 19_000)));
        yield return Case("sixty thousand letters with 300 links in one paragraph",
            string.Concat(
                Enumerable.Repeat(
                    "Nobody has asked for the road that is being built, and nobody knows who pays. [Ask](https://example.org/x?a=1). ",
                        300)) + new string('x', 25_000));
        yield return Case("unfinished links in paragraphs", Paragraphs(string.Concat(Enumerable.Repeat("[](", 40))));
        yield return Case("Chinese without blanks", string.Concat(Enumerable.Repeat("请注意，明天出发，路还很长。", 60_000)));
        yield return Case("a list of fifty thousand", string.Concat(Enumerable.Repeat("- one more thing\n", 50_000)));
        yield return Case("fifty thousand links, each another",
            string.Concat(Enumerable.Range(0, 30_000).Select(i => $"[a](https://e.org/{i})\n\n")));
        yield return Case("a slip on each of two hundred thousand lines", string.Concat(Enumerable.Repeat("a\tb\n", 200_000)));
        yield return Case("dashes at the beginning of each line", string.Concat(Enumerable.Repeat("— a\n", 200_000)));
        yield return Case("a table's bars on one line", string.Concat(Enumerable.Repeat("|---", 200_000)));
        yield return Case("thirty quotes and lists", string.Concat(Enumerable.Repeat("> ", 29)) + "deep, and read");
    }

    [TestCaseSource(nameof(Long))]
    public void A_long_text_is_read_in_time(string text)
    {
        var watch = Stopwatch.StartNew();
        Assert.That(Render(text).Unreadable, Is.False);
        Assert.That(watch.Elapsed, Is.LessThan(LongEnough));
        TestContext.Out.WriteLine($"{watch.Elapsed.TotalSeconds:0.00} s");
    }

    [Test]
    public void A_web_pages_source_gives_a_hundred_faults_and_their_number()
    {
        var faults = Render(string.Concat(Enumerable.Repeat("a <b>word</b>\n\n", 5000))).Faults;
        Assert.That(faults, Has.Count.EqualTo(101));
        Assert.That(faults[^1].Message, Does.Contain("4,900 more"));
    }

    private static IssueContent Render(string markdown) =>
        IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"));
}
