using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Tests.Issues.Content;

public class TypographyTests
{
    [TestCase("en", "He said \"no\" twice.", "He said “no” twice.")]
    [TestCase("de", "Er sagte \"nein\".", "Er sagte „nein“.")]
    [TestCase("de-CH", "Er sagte \"nein\".", "Er sagte «nein».")]
    [TestCase("cs", "Řekl \"ne\".", "Řekl „ne“.")]
    [TestCase("fr", "Il dit \"non\" !", "Il dit «\u202Fnon\u202F»\u202F!")]
    [TestCase("ru", "Он сказал \"нет\".", "Он сказал «нет».")]
    [TestCase("uk-UA", "Він сказав \"ні\".", "Він сказав «ні».")]
    [TestCase("ar", "قال \"لا\".", "قال «لا».")]
    [TestCase("fa", "گفت \"نه\".", "گفت «نه».")]
    [TestCase("zh", "他说\"不\"，走了。", "他说“不”，走了。")]
    [TestCase("zh-Hant", "他說\"不\"。", "他說「不」。")]
    [TestCase("ja", "彼は\"いいえ\"と言った。", "彼は「いいえ」と言った。")]
    [TestCase("pl", "Powiedział \"nie\".", "Powiedział „nie”.")]
    [TestCase("tlh", "\"no\"", "“no”", Description = "a language that is not known here")]
    public void Quotation_marks_are_those_of_the_language(string language, string typed, string set) =>
        Assert.That(Typography.Of(typed, language), Is.EqualTo(set));

    [TestCase("en", "\"He said 'no' twice,\" she said.", "“He said ‘no’ twice,” she said.")]
    [TestCase("de", "\"Er sagte 'nein'\"", "„Er sagte ‚nein‘“")]
    [TestCase("ru", "\"Газета \"Труд\"\"", "«Газета „Труд“»", Description = "the same mark within itself")]
    public void A_quotation_within_another_has_other_marks(string language, string typed, string set) =>
        Assert.That(Typography.Of(typed, language), Is.EqualTo(set));

    [TestCase("Don't touch the readers' letters of the '90s.", "Don’t touch the readers’ letters of the ’90s.")]
    [TestCase("'Don't,' he said.", "“Don’t,” he said.", Description = "a quotation that begins with an apostrophe's mark")]
    [TestCase("A 6\" pipe and a 5' wall", "A 6\" pipe and a 5' wall", Description = "inches and feet have no partner")]
    [TestCase("Wait... what", "Wait… what")]
    [TestCase("So ..... long", "So ..... long")]
    [TestCase("the quay -- the third", "the quay\u00A0— the third")]
    [TestCase("the quay--the third", "the quay—the third")]
    [TestCase("1990--1995", "1990–1995")]
    [TestCase("a --flag", "a --flag")]
    [TestCase("--", "--", Description = "the mark above an email's signature")]
    [TestCase("", "")]
    public void Other_signs_are_set_with_them(string typed, string set) =>
        Assert.That(Typography.Of(typed, "en"), Is.EqualTo(set));

    [TestCase("fr", "Quoi? Non! Ceci: cela; \"oui?\"", "Quoi\u202F? Non\u202F! Ceci\u00A0: cela\u202F; «\u202Foui\u202F?\u202F»")]
    [TestCase("fr", "« ici » à 10:30 ?!", "«\u202Fici\u202F» à 10:30\u202F?!")]
    [TestCase("fr-CA", "Quoi? Non!", "Quoi? Non!", Description = "no spaces in Canada")]
    [TestCase("zh", "等等...还有......", "等等……还有……", Description = "six dots (GB/T 15834)")]
    [TestCase("en", "Rock 'n' roll, 'tis said, get 'em in '24.", "Rock ’n’ roll, ’tis said, get ’em in ’24.")]
    [TestCase("he", "ארה\"ב, ג'ורג' ו-\"כן\"", "ארה״ב, ג׳ורג׳ ו-”כן”", Description = "gershayim are not quotation marks")]
    public void Signs_are_set_as_the_language_sets_them(string language, string typed, string set) =>
        Assert.That(Typography.Of(typed, language), Is.EqualTo(set));

    [Test]
    public void A_short_dash_is_set_in_German() =>
        Assert.That(Typography.Of("Am Kai -- dem dritten", "de"), Is.EqualTo("Am Kai\u00A0– dem dritten"));

    [TestCase("**LISBON** -- The board met.", "*LISBON* — The board met.\n")]
    [TestCase("the quay --\nthe third", "the quay — the third\n")]
    [TestCase("\"**No**,\" he *said*.", "“*No*,” he _said_.\n", Description = "a quotation over several pieces")]
    [TestCase("A `\"code\" -- x` stays", "A \"code\" -- x stays\n")]
    [TestCase("\\\"so\\\" \\-- and...", "\"so\" -- and…\n", Description = "a backslash means the mark")]
    [TestCase("- \"One\"\n- it's", "- “One”\n- it’s\n")]
    [TestCase("> \"So\" -- A.", "> “So” — A.\n")]
    [TestCase("https://example.org/a--b...c", "https://example.org/a--b...c\n")]
    [TestCase("[\"The report\"](https://example.org/a--b)", "“The report” [1]\n\n[1] https://example.org/a--b\n")]
    public void Code_and_addresses_stay(string markdown, string text) => Assert.That(Render(markdown, smart: true).Text, Is.EqualTo(text));

    [Test]
    public void A_caption_is_set_like_the_text()
    {
        var photo = new IssuePhoto("photos/road.jpg", "https://news.example/media/x.jpg", 1200, 800);
        var html = IssueMarkdown.Render("![The \"old\" road](photos/road.jpg \"It's \\\"old\\\" | A. Novak\")",
            new Dictionary<string, IssuePhoto> { [photo.FileName] = photo }, new Uri("https://news.example/"), "en",
            new IssueLook { SmartTypography = true }).WebHtml;
        Assert.That(html, Does.Contain("alt=\"The “old” road\"").And.Contain("It’s “old” <span"));
    }

    [Test]
    public void Without_the_setting_nothing_is_changed_and_not_half_of_it() =>
        Assert.That(Render("\"No\" -- it's...", smart: false).Text, Is.EqualTo("\"No\" -- it's...\n"));

    private static IssueContent Render(string markdown, bool smart) => IssueMarkdown.Render(
        markdown, new Dictionary<string, IssuePhoto>(), new Uri("https://news.example/"), "en", new IssueLook { SmartTypography = smart });
}
