using Dispatch.Templates;
using Dispatch.Templates.Text;

namespace Dispatch.Tests.Templates;

[TestFixture]
public class PlainTextTests
{
    [TestCase("one two three", 9, "one two\nthree", TestName = "A line breaks at a space")]
    [TestCase("one  two\nthree", 20, "one two three", TestName = "Spaces and line breaks become one space")]
    [TestCase("see https://news.example/a/very/long/address now", 10, "see\nhttps://news.example/a/very/long/address\nnow",
        TestName = "An address is never broken")]
    [TestCase("one two\u00A0three", 9, "one\ntwo three", TestName = "A no-break space holds together")]
    [TestCase("港口管理局将扩建码头。", 8, "港口管理\n局将扩建\n码头。", TestName = "Ideographs take two columns and break anywhere")]
    [TestCase("港口管《码》", 8, "港口管\n《码》", TestName = "A line does not end with an opening bracket")]
    [TestCase("港口管理，局将", 8, "港口管\n理，局将", TestName = "No line begins with a comma")]
    [TestCase("e\u0301e\u0301 e\u0301e\u0301", 5, "e\u0301e\u0301 e\u0301e\u0301", TestName = "A combining mark takes no column")]
    [TestCase("Dear \uE000name\uE001kind reader\uE002,", 8, "Dear\n\uE000name\uE001kind reader\uE002,",
        TestName = "A hole is never broken")]
    public void A_paragraph_is_laid_out(string paragraph, int width, string expected)
    {
        Assert.That(PlainText.Wrap(paragraph, width: width), Is.EqualTo(expected));
    }

    [Test]
    public void A_list_item_hangs_from_its_bullet()
    {
        Assert.That(PlainText.Wrap("one two three", "- ", "  ", 10), Is.EqualTo("- one two\n  three"));
    }

    [TestCase("two\r\nBcc: x@example.com", "two Bcc: x@example.com")]
    [TestCase("\n one\ttwo \u2028 three\n", "one two three")]
    public void A_subject_is_one_line(string subject, string expected)
    {
        Assert.That(PlainText.OneLine(subject), Is.EqualTo(expected));
    }

    [TestCase("en", "ltr")]
    [TestCase("cs-CZ", "ltr")]
    [TestCase("ar", "rtl")]
    [TestCase("fa-IR", "rtl")]
    [TestCase("ug", "rtl")]
    [TestCase("ug-Cyrl", "ltr", Description = "the script in the tag decides")]
    [TestCase("az-Arab-IR", "rtl")]
    [TestCase("", "ltr")]
    public void A_language_is_written_in_its_direction(string language, string direction)
    {
        Assert.That(TextDirection.Of(language), Is.EqualTo(direction));
    }
}
