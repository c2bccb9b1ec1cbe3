using Dispatch.Worker.Issues.Archive;

namespace Dispatch.Tests.Issues.Archive;

public class SearchTermsTests
{
    [TestCase("The borders' queue", "border", true)]
    [TestCase("Torugart's queue", "TORUGART", true)]
    [TestCase("a border", "borders", true, Description = "the plural finds the singular")]
    [TestCase("a bottleneck", "bottle", true, Description = "the beginning of a word is enough")]
    [TestCase("a bottleneck", "neck", false)]
    [TestCase("of an onion", "on", false, Description = "two letters are no beginning")]
    [TestCase("it is on", "on", true)]
    [TestCase("Češi v Číně", "cina cesi", false, Description = "the case of a word may change its stem")]
    [TestCase("Češi v Číně", "čín", true)]
    [TestCase("Řeka Łódź Ørsted", "reka lodz orsted", true)]
    [TestCase("Китай и Россия", "Китая", true)]
    [TestCase("в России", "Россия", true)]
    [TestCase("ёлка", "елка", true)]
    [TestCase("中国在欧亚", "中国", true)]
    [TestCase("中国在欧亚", "欧亚", true)]
    [TestCase("中国在欧亚", "国在欧", true)]
    [TestCase("中国在欧亚", "欧", true)]
    [TestCase("中国在欧亚", "亚", true, Description = "the last character begins no pair")]
    [TestCase("中国在欧亚", "中欧", false)]
    [TestCase("一带一路 initiative", "一带一路 init", true)]
    [TestCase("日本語のニュース", "ニュース", true)]
    [TestCase("한국어 뉴스", "뉴스", true)]
    [TestCase("ข่าวจากประเทศจีน", "จีน", true)]
    [TestCase("مُحَمَّد", "محمد", true, Description = "vowel signs are left out")]
    [TestCase("الصين", "صين", true, Description = "with its article")]
    [TestCase("أخبار", "اخبار", true)]
    [TestCase("می‌خواهم", "میخواهم", true, Description = "a joiner is within a word")]
    [TestCase("H2O and CO2", "h2o", true)]
    [TestCase("Straße", "straße", true)]
    [TestCase("ＦＵＬＬ width", "full", true)]
    [TestCase("x", "", false)]
    [TestCase("x", "?! …", false)]
    public void A_text_is_found_by_its_words(string text, string query, bool found)
    {
        var (terms, wanted) = (SearchTerms.In(text).ToList(), SearchTerms.Of(query));
        Assert.That(wanted.Count > 0 && wanted.All(one => terms.Any(one.Fits)), Is.EqualTo(found));
        if (found)
            Assert.That(SearchTerms.PlacesIn(text, wanted), Is.Not.Empty, "and shown where");
    }

    [Test]
    public void A_term_is_never_longer_than_its_column() =>
        Assert.That(SearchTerms.In(new string('x', 1000) + " " + new string('字', 1000)).Max(term => term.Length),
            Is.LessThanOrEqualTo(SearchTerms.Longest));

    [Test]
    public void Broken_characters_do_no_harm()
    {
        const string broken = "\uD840 \uDC00\uD840 \uFFFE\u0000 𠀀𠀁 \u0301\u0301";
        Assert.That(SearchTerms.In(broken).ToList(), Has.Count.LessThan(20));
        Assert.That(() => SearchTerms.PlacesIn(broken, SearchTerms.Of(broken)).ToList(), Throws.Nothing);
    }

    [Test]
    public void A_query_asks_for_no_more_than_eight_terms() =>
        Assert.That(SearchTerms.Of(string.Join(' ', Enumerable.Range(100, 100))), Has.Count.EqualTo(8));

    [Test]
    public void Places_are_where_the_words_are()
    {
        const string text = "A border. Two borders, 中国边境。";
        Assert.That(SearchTerms.PlacesIn(text, SearchTerms.Of("border")).Select(place => text.Substring(place.At, place.Length)),
            Is.EqualTo(new[] { "border", "borders" }));
        Assert.That(SearchTerms.PlacesIn(text, SearchTerms.Of("边境")).Select(place => text.Substring(place.At, place.Length)),
            Is.EqualTo(new[] { "边境" }));
    }
}
