using Dispatch.Worker.Database;

namespace Dispatch.Tests.Database;

public class StorableTextTests
{
    [TestCase("plain \u00e9 \U0001F600", ExpectedResult = "plain \u00e9 \U0001F600")]
    [TestCase("a\0b", ExpectedResult = "a\uFFFDb")]
    public string What_is_no_text_becomes_a_sign_that_says_so(string text) => StorableText.Of(text);

    [Test] // no [TestCase], because its arguments can't contain half a surrogate pair
    public void Half_a_character_becomes_a_sign_that_says_so()
    {
        Assert.That(StorableText.Of("\ud83d"), Is.EqualTo("\uFFFD"));
        Assert.That(StorableText.Of("a\udc00\ud83db"), Is.EqualTo("a\uFFFD\uFFFDb"));
    }
}
