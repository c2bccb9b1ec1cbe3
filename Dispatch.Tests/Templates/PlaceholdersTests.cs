using Dispatch.Templates;

namespace Dispatch.Tests.Templates;

[TestFixture]
public class PlaceholdersTests
{
    private const string Greeting = "Dear \uE000name\uE001reader & friend\uE002, unsubscribe at \uE000unsubscribe_url\uE001\uE002.";

    [Test]
    public void A_mail_splits_into_what_all_readers_get_and_what_one_gets()
    {
        Assert.That(Placeholders.Split(Greeting), Is.EqualTo(new PlaceholderSegment[]
        {
            new("Dear ", null, null),
            new(null, "name", "reader & friend"),
            new(", unsubscribe at ", null, null),
            new(null, "unsubscribe_url", ""),
            new(".", null, null),
        }));
    }

    [TestCase("", 0)]
    [TestCase("nothing personal", 1)]
    [TestCase("\uE000name\uE001\uE002", 1)]
    public void Text_without_holes_and_holes_without_text_split_too(string text, int segments)
    {
        Assert.That(Placeholders.Split(text), Has.Count.EqualTo(segments));
    }

    [TestCase("Ana <b>", true, "Dear Ana &lt;b&gt;, unsubscribe at https://news.example/u?a=1&amp;b=2.")]
    [TestCase("Ana <b>", false, "Dear Ana <b>, unsubscribe at https://news.example/u?a=1&b=2.")]
    [TestCase(null, true, "Dear reader &amp; friend, unsubscribe at https://news.example/u?a=1&amp;b=2.")]
    [TestCase("  ", false, "Dear reader & friend, unsubscribe at https://news.example/u?a=1&b=2.")]
    [TestCase("\uE000unsubscribe_url\uE001\uE002", false, "Dear unsubscribe_url, unsubscribe at https://news.example/u?a=1&b=2.")]
    public void Each_reader_gets_their_own_values(string? name, bool html, string expected)
    {
        var values = new Dictionary<string, string?>
        {
            [Placeholders.Name] = name,
            [Placeholders.UnsubscribeUrl] = "https://news.example/u?a=1&b=2"
        };
        Assert.That(Placeholders.Fill(Greeting, values, html), Is.EqualTo(expected));
    }

    [Test]
    public void A_value_that_was_forgotten_is_a_fault_and_not_an_empty_link()
    {
        Assert.That(() => Placeholders.Fill(Greeting, new Dictionary<string, string?> { [Placeholders.Name] = "Ana" }, htmlEncode: true),
            Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("unsubscribe_url"));
    }

    [TestCase("Dear \uE000name")]
    [TestCase("Dear \uE000name\uE001reader")]
    public void A_broken_hole_is_a_fault(string text)
    {
        Assert.That(() => Placeholders.Split(text), Throws.TypeOf<FormatException>());
    }
}
