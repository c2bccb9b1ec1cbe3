using System.Net;
using System.Net.Http.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues.FromHtml;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>What the desk makes of text that is pasted with formatting.</summary>
[TestFixture(Provider.Sqlite)]
public class PastingTests(Provider provider) : DispatchTest(provider)
{
    private const string Word = """
        <html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0cm}</style></head><body>
        <!--StartFragment--><h1>The road<o:p></o:p></h1>
        <p class=MsoNormal><b>PRAGUE</b> – Nobody <del cite="mailto:E" datetime="2026-11-01T10:00">has </del>has <i>asked</i> for it.<a
        style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference>[1]</span></a></p>
        <p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
        style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span><![endif]>First point<o:p></o:p></p>
        <p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
        style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span><![endif]>Second point<o:p></o:p></p>
        <p class=MsoNormal>A <a href="https://example.org/report">link</a> and a <a href="file:///C:/notes.docx">file</a>.</p>
        <p class=MsoNormal><img width=300 height=200 src="file:///C:/Temp/clip_image002.jpg" alt="A lorry"></p><!--EndFragment-->
        <div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
        <div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1"
        title=""><span class=MsoFootnoteReference>[1]</span></a> A note.</p></div></div></body></html>
        """;

    private const string Google = """
        <meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
        style="font-weight:700;">PRAGUE</span><span style="font-weight:400;"> – see the </span><a
        href="https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Freport%3Fa%3D1&sa=D"><span>report</span></a><span>.</span></p>
        <ol><li dir="ltr"><p role="presentation"><span>First</span></p></li></ol>
        <p dir="ltr"><span><img src="https://lh7-rt.googleusercontent.com/docsz/AD_4nX" width="300" height="200" /></span></p>
        <p><img src="data:,"></p></b><br class="Apple-interchange-newline">
        """;

    [TestCase(Word, "## The road\n\n**PRAGUE** – Nobody has *asked* for it.[^3]\n\n- First point\n- Second point\n\n"
        + "A [link](https://example.org/report) and a file.\n\n[^3]: A note.", 1, TestName = "from Word")]
    [TestCase(Google, "**PRAGUE** – see the [report](https://example.org/report?a=1).\n\n1. First", 2, TestName = "from Google Docs")]
    public async Task Pasted_text_keeps_its_formatting_and_says_how_many_pictures_it_lost(string html, string markdown, int pictures)
    {
        var answer = await (await AtAnIssueAsync()).PostHtmlAsync("/desk/issues/paste?notes=2", html);
        Assert.That(await answer.Content.ReadFromJsonAsync<PastedText>(), Is.EqualTo(new PastedText(markdown, pictures)));
    }

    [TestCase("word.html", "| **City** | People |"), TestCase("gdocs.html", "A [link](https://example.org/report)")]
    public async Task What_really_was_on_a_clipboard_keeps_its_formatting(string file, string markdown)
    {
        var html = await File.ReadAllTextAsync(Path.Combine(Shared.Folder("corpora/paste"), file));
        var pasted = await (await (await AtAnIssueAsync()).PostHtmlAsync("/desk/issues/paste", html)).Content
            .ReadFromJsonAsync<PastedText>();
        Assert.That(pasted!.Markdown, Does.StartWith("## The road\n\n**PRAGUE** ").And.Contain("- First point\n- Second point")
            .And.Contain(markdown));
        Assert.That(pasted.PicturesLeftOut, Is.EqualTo(1));
    }

    [Test]
    public async Task Only_a_page_of_the_desk_may_send_it_and_not_without_limit()
    {
        var desk = await AtAnIssueAsync();
        Assert.That((await desk.PostHtmlAsync("/desk/issues/paste", new string('a', 5_000_000))).StatusCode,
            Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That((await desk.PostHtmlAsync("/desk/issues/paste", string.Concat(Enumerable.Repeat("<div>", 1000)))).StatusCode,
            Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        foreach (var token in desk.Page.QuerySelectorAll("[name=__RequestVerificationToken]"))
            token.SetAttribute("value", "forged");
        Assert.That((await desk.PostHtmlAsync("/desk/issues/paste", "<b>a</b>")).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        desk.Lose("dispatch-desk");
        Assert.That((await desk.PostHtmlAsync("/desk/issues/paste", "<b>a</b>")).StatusCode,
            Is.EqualTo(HttpStatusCode.Redirect).Or.EqualTo(HttpStatusCode.Unauthorized));
    }

    private async Task<DeskBrowser> AtAnIssueAsync() =>
        await (await DeskBrowser.SignedInAsync(App)).OpenAsync($"/desk/issues/{await Given.Draft()}");
}
