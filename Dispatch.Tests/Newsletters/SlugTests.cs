using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

[TestFixture]
public class SlugTests
{
    [TestCase("The Road to Naryn", "the-road-to-naryn")]
    [TestCase("Příliš žluťoučký kůň", "prilis-zlutoucky-kun")]
    [TestCase("It’s China's road", "its-chinas-road")]
    [TestCase("Дорога без конца", "дорога-без-конца")]
    [TestCase("Йод и ёлка", "йод-и-ёлка")]
    [TestCase("这条路", "这条路")]
    [TestCase("الأويغور يريدون", "الأويغور-يريدون")]
    [TestCase("हिन्दी समाचार", "हिन्दी-समाचार")]
    [TestCase("می‌خواهند", "میخواهند")]
    [TestCase("?!", "")]
    public void A_slug_has_the_letters_of_its_title(string title, string slug)
    {
        Assert.That(Slugs.From(title), Is.EqualTo(slug));
        Assert.That(slug.Length == 0 || Slugs.IsGoodInAnyScript(slug, 100), Is.True);
    }

    [TestCase("Дорога", false)]
    [TestCase("дорога", true)]
    [TestCase("a b", false)]
    [TestCase("a/b", false)]
    [TestCase("-a", false)]
    [TestCase("a%20b", false)]
    [TestCase("a\u202Eb", false)]
    public void A_typed_slug_is_of_lower_case_letters_digits_and_hyphens(string slug, bool good) =>
        Assert.That(Slugs.IsGoodInAnyScript(slug, 100), Is.EqualTo(good));
}
