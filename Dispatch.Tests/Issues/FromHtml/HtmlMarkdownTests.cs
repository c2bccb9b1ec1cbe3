using System.Diagnostics.CodeAnalysis;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.FromHtml;

namespace Dispatch.Tests.Issues.FromHtml;

public class HtmlMarkdownTests
{
    [TestCase("<p>One<br>two</p>", "One\\\ntwo")]
    [TestCase("<p>One<br><br>two</p>", "One\n\ntwo")]
    [TestCase("<p>a <b> bold </b>b <i>it</i><strong></strong></p>", "a **bold** b *it*")]
    [TestCase("<p><b>one<br>two</b></p>", "**one**\\\n**two**")]
    [TestCase("<h1>A</h1><h3>B # c</h3><h2></h2>", "## A\n\n### B # c")]
    [TestCase("<p>2 * 3 _x_ [a] `b` &lt;b&gt; &amp;lt; a_b \\ # 1</p>", "2 \\* 3 \\_x\\_ \\[a\\] \\`b\\` \\<b> \\&lt; a_b \\\\ # 1")]
    [TestCase("<p># no</p><p>- no</p><p>1. no</p><p>&gt; no</p><p>+ no</p><p>---</p>",
        "\\# no\n\n\\- no\n\n1\\. no\n\n\\> no\n\n\\+ no\n\n\\---")]
    [TestCase("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "- a\n  - b\n- c")]
    [TestCase("<ol start=3><li>a</li><li>b</li></ol><ol><li>c</li></ol>", "3. a\n4. b\n\n1) c")]
    [TestCase("<ul><li><p>a</p><p>b</p></li><li>c</li></ul><ul><li>d</li></ul>", "- a\n\n  b\n\n- c\n\n* d")]
    [TestCase("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b")]
    [TestCase("<pre><code>x = `1`\n  y</code></pre>", "```\nx = `1`\n  y\n```")]
    [TestCase("<p>Use <code>a`b</code>, H<sub>2</sub>O, 10<sup>6</sup>, <s>no</s>, <u>plain</u></p>",
        "Use ``a`b``, H~2~O, 10^6^, ~~no~~, plain")]
    [TestCase("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>",
        "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |")]
    [TestCase("<table role=presentation><tr><td><table><tr><td><h2>A</h2></td></tr><tr><td>Words.</td></tr></table></td></tr></table>",
        "## A\n\nWords.")]
    [TestCase("<p><a href='https://example.org/a_(b)'> words</a> <a href='#x'>in</a> <a href='javascript:alert(1)'>js</a></p>",
        "[words](<https://example.org/a_(b)>) in js")]
    [TestCase("<p><a href='https://www.google.com/url?q=https://example.org/r&amp;sa=D'>link</a></p>", "[link](https://example.org/r)")]
    [TestCase("<hr><div>Loose words <div>and more</div> after</div>", "* * *\n\nLoose words\n\nand more\n\nafter")]
    [TestCase("<iframe src='https://www.youtube.com/embed/abcdefg1234?rel=0'></iframe>", "<https://www.youtube.com/watch?v=abcdefg1234>")]
    [TestCase("<audio src='/content/media/a.mp3'></audio>", "[/content/media/a.mp3](/content/media/a.mp3)")]
    [TestCase("<div style='display:none;max-height:0px;mso-hide:all'>Preview</div><p>a <span class=preheader style='display: none'>b</span>"
        + "</p><div style='display:none'>c</div>", "a\n\nc")]
    [TestCase("<p><b>Ж</b>б&nbsp;м&nbsp; н</p>", "**Ж**б\u00A0м н")]
    [TestCase("<script>x</script><style>y</style><form><input></form><img width=1 height=1 src=p.gif><p>a</p>", "a")]
    [TestCase("<img src='a.jpg' alt='A [road]'><p><img src='a.jpg'></p>", "![A \\[road\\]](photos/a.jpg)\n\n![](photos/a.jpg)")]
    [TestCase("<figure><img src='a.jpg' alt='x'><figcaption>\"So\" a | b</figcaption></figure>",
        "![x](photos/a.jpg \"\\\"So\\\" a | b |\")")]
    [TestCase("<p>Text<sup id='fnref:1'><a href='#fn:1'>1</a></sup>.</p><div class='footnotes'><ol><li id='fn:1'><p>Note. "
        + "<a href='#fnref:1'>↩</a></p><p>More.</p></li></ol></div>", "Text[^1].\n\n[^1]: Note.\n\n    More.")]
    [TestCase("<p>Copied.<a id=r href='https://a.test/p#n'>1</a></p><div><hr><ol><li id=n>Note. "
        + "<a href='https://a.test/p#r'>↩</a></li></ol></div>", "Copied.[^1]\n\n[^1]: Note.")]
    [TestCase("<p class='button-wrapper'><a class='button' href='https://example.org/give'>Give</a></p>",
        "[Give](https://example.org/give){.button}")]
    public void Html_becomes_Markdown(string html, string markdown) => Assert.That(Read(html), Is.EqualTo(markdown));

    [TestCase("The pass in March. Photo: Agency", "The pass in March.", "Agency")]
    [TestCase("The pass (Photo by Ana Novak)", "The pass", "Ana Novak")]
    [TestCase("Перевал. Фото: Агентство", "Перевал.", "Агентство")]
    [TestCase("图片：新华社", "", "新华社")]
    [TestCase("A photo of nobody", "A photo of nobody", "")]
    [TestCase("Photosynthesis: a report", "Photosynthesis: a report", "")]
    public void A_caption_is_divided_from_its_credit(string words, string caption, string credit) =>
        Assert.That(Captions.Divide(words), Is.EqualTo((caption, credit)));

    [Test]
    public void What_Word_puts_on_the_clipboard_becomes_lists_and_tables_without_comments_and_changes()
    {
        var markdown = Read(File.ReadAllText(Path.Combine(Shared.Folder("corpora/paste"), "word.html")));
        TestContext.Out.WriteLine(markdown);
        Assert.That(markdown,
            Does.StartWith("## The road\n\n**PRAGUE** -- Nobody has *asked* for it.\\[1\\]\n\n- First point\n- Second point"));
        Assert.That(markdown, Does.Contain("inserted words\n").And.Contain("| **City** | People |")
            .And.Not.Contain("deleted words").And.Not.Contain("mso"));
    }

    [Test]
    public void What_Google_puts_on_the_clipboard_is_bold_where_it_looks_bold()
    {
        var markdown = Read(File.ReadAllText(Path.Combine(Shared.Folder("corpora/paste"), "gdocs.html")));
        Assert.That(markdown, Does.StartWith(
            "## The road\n\n**PRAGUE** -- Nobody has *asked* for it.\n\n- First point\n- Second point"
            + "\n\nA [link](https://example.org/report)"));
    }

    [Test, SuppressMessage("Performance", "CA1861", Justification = "read once")]
    public void Html_that_nests_without_end_is_refused_and_deep_lists_stay_readable()
    {
        foreach (var tag in new[] { "div", "b", "blockquote", "span", "ul" })
            Assert.Throws<FormatException>(() => Read(string.Concat(Enumerable.Repeat($"<{tag}>", 100_000))));
        var deep = Read(string.Concat(Enumerable.Repeat("<blockquote>", 100)) + "words"
            + string.Concat(Enumerable.Repeat("</blockquote>", 100)));
        Assert.That(IssueMarkdown.Render(deep, new Dictionary<string, Worker.Issues.Photos.IssuePhoto>(),
            new Uri("https://news.test/")).Faults,
            Is.Empty);
    }

    private static string Read(string html) => HtmlMarkdown.Read(html, new HtmlChoices
    {
        Picture = address => $"photos/{address.Split('/')[^1]}",
        Link = address => address.StartsWith("javascript:", StringComparison.Ordinal) ? null : address,
    }).Markdown.TrimEnd('\n');
}
