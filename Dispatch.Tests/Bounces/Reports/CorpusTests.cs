using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>The corpus of messages in the shared folder, with the verdicts that it expects.</summary>
public partial class CorpusTests
{
    private const double Least = 97;

    private static readonly Judge Judge = new(TextRules.BuiltIn);
    private static readonly ConcurrentDictionary<string, MailVerdicts> Known = new();

    [Test]
    public void Recipients_and_kinds_are_as_expected()
    {
        var corpus = Shared.Folder("corpora/bounces");
        var python = Requires.Python();
        using var folder = new TemporaryFolder();
        var results = Path.Combine(folder.Path, "results.tsv");
        File.WriteAllLines(results, Expected(corpus).Select(row => $"{row.File}\t{Classify(corpus, row.File).Line()}"));
        var said = Score(python, Shared.Folder("corpora/score"), Path.Combine(corpus, "expected.tsv"), results);
        TestContext.Out.WriteLine(said);
        var figures = Percentages().Matches(said).Select(match => double.Parse(match.Groups[1].Value,
            CultureInfo.InvariantCulture)).ToList();
        Assert.That(said, Does.Contain("missing 0"));
        Assert.That(figures[1], Is.GreaterThanOrEqualTo(Least), $"kinds, lenient: {said}");
        Assert.That(figures[2], Is.GreaterThanOrEqualTo(Least), $"recipients: {said}");
    }

    [Test]
    public void What_is_no_failure_is_never_hard()
    {
        var corpus = Shared.Folder("corpora/bounces");
        var wrong = from row in Expected(corpus)
                    where row.Class is not "bounce" and not "foreign" || !row.Accept.Contains("hard", StringComparison.Ordinal)
                    let verdicts = Classify(corpus, row.File)
                    where verdicts.Recipients.Any(one => one.Verdict.Kind is BounceKind.Hard) && row.Accept != "any"
                        && !row.Accept.Contains("hard", StringComparison.Ordinal)
                    select $"{row.File} ({row.Class}): {verdicts.Line()}";
        Assert.That(wrong, Is.Empty);
    }

    // Both tests ask about the same files.
    private static MailVerdicts Classify(string corpus, string file) => Known.GetOrAdd(file,
        _ => MailVerdicts.Of(ReportReader.Read(MailFile.Read(Path.Combine(corpus, file))), Judge));

    private static List<(string File, string Accept, string Class)> Expected(string corpus) =>
        [.. File.ReadAllLines(Path.Combine(corpus, "expected.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(columns => (columns[0], columns[3], columns[4]))];

    // Its exit code says whether all is right, which is not asked here.
    private static string Score(string python, string score, string expected, string results) =>
        TestProcess.Run("sh", "-c", $"'{python}' '{score}' '{expected}' '{results}' -v || true");

    [GeneratedRegex(@"\((\d+\.\d) %\)")]
    private static partial Regex Percentages();
}
