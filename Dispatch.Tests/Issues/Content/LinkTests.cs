using AngleSharp.Html.Parser;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

[TestFixture]
public class LinkTests
{
    [TestCase("[x](example.org)", "link-host")]
    [TestCase("[x](www.example.org/x)", "link-host")]
    [TestCase("[x](192.168.1.1/x)", "link-host")]
    [TestCase("[x](bücher.example/a?b)", "link-host")]
    [TestCase("[x](example.org:8080/x)", "link-host")]
    [TestCase("[x](me@example.org)", "link-mail")]
    [TestCase("[x](https//example.org/x)", "link-broken")]
    [TestCase("[x](http:/example.org/x)", "link-broken")]
    [TestCase("[x](https:example.org)", "link-broken")]
    [TestCase("[x](htps://example.org/x)", "link-broken")]
    [TestCase("[x](ttps://example.org/x)", "link-broken")]
    [TestCase("[x](hhttps://example.org/x)", "link-broken")]
    [TestCase("[x](https://https://example.org/x)", "link-broken")]
    [TestCase("[x](https;//example.org/x)", "link-broken")]
    [TestCase("[x](https:///example.org/x)", "link-broken")]
    [TestCase("[x](https://example)", "link-broken")]
    [TestCase("[x](mailto:nobody)", "link-broken")]
    [TestCase("[x](tel:me)", "link-broken")]
    [TestCase("[x]({{unsubscribe_url}})", "link-placeholder")]
    [TestCase("[x](*|UNSUB|*)", "link-placeholder")]
    [TestCase("[x](TK)", "link-placeholder")]
    [TestCase("[x](https://…)", "link-placeholder")]
    [TestCase("[x](ftp://example.org/x)", "link-scheme")]
    public void An_address_that_would_lead_nowhere_is_an_error_with_its_line(string markdown, string rule)
    {
        var content = Render("One.\n\n" + markdown);
        Assert.That(content.Faults.Where(fault => fault.Severity is FaultSeverity.Error).Select(fault => (fault.Line, fault.Rule)),
            Is.EqualTo(new[] { ((int?)3, rule) }), string.Join('\n', content.Faults));
        Assert.That(content.MailHtml, Does.Not.Contain("<a "));
    }

    [TestCase("[x](“https://example.org”)", "https://example.org/")]
    [TestCase("[x](https://example.org”)", "https://example.org/")]
    [TestCase("[x](https://example.org/a b)", "https://example.org/a%20b")]
    [TestCase("[x](https://example.org/a b \"A title\")", "https://example.org/a%20b")]
    [TestCase("[x](https://en.wikipedia.org/wiki/Kashgar_(city) “A title”)", "https://en.wikipedia.org/wiki/Kashgar_(city)")]
    [TestCase("[x](mailto:me@example.org?subject=A road)", "mailto:me@example.org?subject=A%20road")]
    [TestCase("[x](tel:+420 221 121 111)", "tel:+420221121111")]
    [TestCase("[x](sgnl://signal.me/#p/+15551234567)", "sgnl://signal.me/#p/+15551234567")]
    [TestCase("[x](geo:37.786971,-122.399677)", "geo:37.786971,-122.399677")]
    [TestCase("[x](http://exampleexampleexample.onion/a)", "http://exampleexampleexample.onion/a")]
    [TestCase("[x](https://bücher.example/ü)", "https://xn--bcher-kva.example/%C3%BC")]
    [TestCase("[x](https://example.org:8443/x#y)", "https://example.org:8443/x#y")]
    [TestCase("[x](//example.org/x)", "https://example.org/x")]
    [TestCase("[x](/newsletters/x)", "https://news.example/newsletters/x")]
    public void An_address_with_one_meaning_is_read(string markdown, string address)
    {
        var content = Render(markdown);
        Assert.That(Addresses(content), Is.EqualTo(new[] { address }));
        Assert.That(content.Faults, Is.Empty);
    }

    [TestCase("https://example.com/a。后面")]
    [TestCase("https://example.com/a、b")]
    [TestCase("https://example.com/a」と")]
    [TestCase("https://example.com/a后面")]
    [TestCase("https://example.com/a\u00A0et la suite")]
    [TestCase("https://example.com/a\u202Fet la suite")]
    [TestCase("https://example.com/a\u200Bnext")]
    [TestCase("https://example.com/a…")]
    [TestCase("https://example.com/a.…")]
    [TestCase("https://example.com/a’s page")]
    [TestCase("https://example.com/a”")]
    [TestCase("https://example.com/a؟")]
    [TestCase("https://example.com/a|b")]
    [TestCase("(https://example.com/a)。")]
    [TestCase("详见https://example.com/a。后面")]
    [TestCase("「https://example.com/a」と")]
    [TestCase("«https://example.com/a».")]
    [TestCase("https://example.com/a—and on")]
    [TestCase("**https://example.com/a**")]
    [TestCase("[https://example.com/a](https://example.com/a)")]
    public void A_bare_address_ends_where_it_ends(string text)
    {
        var content = Render(text);
        Assert.That(Addresses(content), Is.EqualTo(new[] { "https://example.com/a" }));
        Assert.That(new HtmlParser().ParseDocument(content.WebHtml).Body!.TextContent.Trim(),
            Is.EqualTo(text.Contains("](", StringComparison.Ordinal) ? "https://example.com/a" : text.Trim('*')), "no word is lost");
    }

    [TestCase("See https://zh.wikipedia.org/wiki/北京。", "https://zh.wikipedia.org/wiki/%E5%8C%97%E4%BA%AC")]
    [TestCase("https://пример.рф/страница, и", "https://xn--e1afmkfd.xn--p1ai/%D1%81%D1%82%D1%80%D0%B0%D0%BD%D0%B8%D1%86%D0%B0")]
    [TestCase("https://example.org/x_(y). End", "https://example.org/x_(y)")]
    [TestCase("www.example.org.", "https://www.example.org/")]
    [TestCase("Write to reid@example.org.", "mailto:reid@example.org")]
    [TestCase("请写信给reid@example.org。", "mailto:reid@example.org")]
    public void A_bare_address_is_linked(string text, string address)
    {
        var content = Render(text);
        Assert.That(Addresses(content), Is.EqualTo(new[] { address }));
        Assert.That(content.Faults, Is.Empty);
    }

    [TestCase("[reid@example.org](https://example.org/)", "link-deceives")]
    [TestCase("[Phish: https://bank.example](https://evil.example/x)", "link-deceives")]
    [TestCase("[www.bank.example](https://evil.example/x)", "link-deceives")]
    [TestCase("[bank.example/login](https://evil.example/x)", "link-deceives")]
    [TestCase("[x](https://bank.example@evil.example/)", "link-deceives")]
    [TestCase("[x](other-issue)", "link-relative")]
    public void A_link_that_readers_would_be_warned_of_is_a_warning(string markdown, string rule)
    {
        Assert.That(Render(markdown).Faults.Select(fault => (fault.Severity, fault.Rule)),
            Is.EqualTo(new[] { (FaultSeverity.Warning, rule) }));
    }

    [TestCase("[example.org](https://www.example.org/x)")]
    [TestCase("[https://example.org/shown](https://example.org/shown)")]
    [TestCase("[the U.S. and others](https://example.org/)")]
    [TestCase("[reid@example.org](mailto:reid@example.org?subject=x)")]
    public void Words_that_agree_with_their_link_are_not_told(string markdown) => Assert.That(Render(markdown).Faults, Is.Empty);

    [TestCase("[Write](mailto:reid@example.org?subject=Hi%20there&body=x)", "Write [1]\n\n[1] reid@example.org (“Hi there”)\n")]
    [TestCase("[Call](tel:+420221121111)", "Call [1]\n\n[1] +420221121111\n")]
    [TestCase("www.example.org", "www.example.org\n")]
    public void The_text_part_shows_an_address_as_a_person_would_write_it(string markdown, string text) =>
        Assert.That(Render(markdown).Text, Is.EqualTo(text));

    private static IEnumerable<string?> Addresses(IssueContent content) =>
        new HtmlParser().ParseDocument(content.WebHtml).QuerySelectorAll("a").Select(link => link.GetAttribute("href"));

    private static IssueContent Render(string markdown) =>
        IssueMarkdown.Render(markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"));
}
