using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

[TestFixture]
public class IssueTextTests
{
    [Test]
    public void The_text_part_reads_as_if_typed_by_hand()
    {
        const string markdown = """
            ## The harbour is widened again, and the pilots ask what for

            **LISBON** -- The harbour board [said on Monday](https://port.example/news) that it would widen the quay. See [the plan](https://port.example/plan?a=1&b=2), or <https://port.example/raw>, or <desk@news.example>.

            > "We waited for years, and nobody came to ask us anything at all," said *a pilot*.

            ### What is planned

            1. A second quay, which is to be finished before the winter storms of next year
            2. A [lock](https://port.example/plan?a=1&b=2)

            - one
            - two

            ---

            ## Second

            The [board](https://port.example/news) again.
            """;
        const string expected = """
            The harbour is widened again, and the pilots ask what for
            =========================================================

            *LISBON* -- The harbour board said on Monday [1] that it would widen the
            quay. See the plan [2], or https://port.example/raw, or
            desk@news.example.

            > "We waited for years, and nobody came to ask us anything at all," said
            > _a pilot_.

            What is planned
            ---------------

            1. A second quay, which is to be finished before the winter storms of
               next year
            2. A lock [2]

            - one
            - two

            [1] https://port.example/news
            [2] https://port.example/plan?a=1&b=2

                                             * * *

            Second
            ======

            The board [3] again.

            [3] https://port.example/news

            """;
        Assert.That(Render(markdown).Text, Is.EqualTo(expected.ReplaceLineEndings("\n")));
    }

    [Test]
    public void No_line_is_longer_than_the_columns_unless_it_is_an_address()
    {
        var words = string.Join(' ', Enumerable.Range(1, 300).Select(i => new string('w', (i % 11) + 1)));
        var unspaced = string.Concat(Enumerable.Repeat("港口管理局将扩建", 30));
        var text = Render($"{words}\n\n> - {words}\n\n港口管理局将扩建码头{unspaced}。").Text;
        Assert.That(text.Split('\n').Select(line => Dispatch.Templates.PlainText.WidthOf(line)), Has.All.LessThanOrEqualTo(72));
    }

    private static IssueContent Render(string markdown) =>
        IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"));
}
