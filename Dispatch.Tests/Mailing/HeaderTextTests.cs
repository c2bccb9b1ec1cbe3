using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Worker.Mailing;
using MimeKit;
using MimeKit.Utils;

namespace Dispatch.Tests.Mailing;

public partial class HeaderTextTests
{
    private const string Id = "china.example.org";

    private static readonly string[] Texts =
    [
        "Příliš žluťoučký kůň úpěl ďábelské ódy a nikdo ho neposlouchal",
        "Китай и Евразия: дорога, которую никто не просил, и сколько она стоит",
        new('中', 60), new('é', 120), string.Concat(Enumerable.Repeat("café ", 30)).Trim(),
        string.Concat(Enumerable.Repeat("🌍👩‍👩‍👧", 20)),
        "الصين في أوراسيا: طريق لم يطلبه أحد", "Ten % of 5 = half; what? (Nobody) \"knows\" <yet> é",
        "A plain subject of many words that is much longer than a line may be, so that it has to be folded somewhere, twice",
        "One" + new string(' ', 90) + "gap", new('x', 140),
    ];

    [TestCaseSource(nameof(Texts))]
    public void A_subject_keeps_to_the_lengths_of_RFC_2047_and_is_read_as_typed(string text)
    {
        var value = HeaderText.Unstructured("Subject", text);
        using (Assert.EnterMultipleScope())
        {
            AssertFits("Subject", value);
            Assert.That(Rfc2047.DecodeText(Encoding.ASCII.GetBytes(Unfolded(value))), Is.EqualTo(text));
        }
    }

    [TestCase("=?UTF-8?Q?literal?= stays")]
    [TestCase("What =?utf-8?B?w6k=?= shows")]
    [TestCase("=?")]
    public void A_text_that_looks_like_an_encoded_word_is_read_as_typed(string text)
    {
        Assert.That(Rfc2047.DecodeText(Encoding.ASCII.GetBytes(HeaderText.Unstructured("Subject", text)[1..])), Is.EqualTo(text));
        Assert.That(MailboxAddress.Parse(HeaderText.Mailbox("To", text, "ana@example.com")).Name, Is.EqualTo(text));
    }

    [TestCase("China In Eurasia", ExpectedResult = " China In Eurasia <" + Id + ">")]
    [TestCase("News: Prague, (weekly) 5\" gap", ExpectedResult = " \"News: Prague, (weekly) 5\\\" gap\" <" + Id + ">")]
    [TestCase("J. Smith", ExpectedResult = " \"J. Smith\" <" + Id + ">")]
    [TestCase("Back\\slash", ExpectedResult = " \"Back\\\\slash\" <" + Id + ">")]
    [TestCase("A <b> c", ExpectedResult = " =?utf-8?Q?A_=3Cb=3E_c?= <" + Id + ">", TestName = "Brackets would hide the identifier")]
    [TestCase("News", ExpectedResult = " News <" + Id + ">")]
    [TestCase("中国", ExpectedResult = " =?utf-8?B?5Lit5Zu9?= <" + Id + ">")]
    [TestCase("Line\r\nBcc: x", ExpectedResult = " \"Line  Bcc: x\" <" + Id + ">", TestName = "A line break begins no field")]
    public string A_phrase_is_atoms_a_quoted_string_or_encoded_words(string name) => HeaderText.Named("List-Id", name, Id);

    [TestCaseSource(nameof(Texts))]
    public void A_name_of_any_length_is_read_as_typed_beside_its_address(string name)
    {
        var value = HeaderText.Mailbox("Reply-To", name, "ana@xn--bcher-kva.example");
        using (Assert.EnterMultipleScope())
        {
            AssertFits("Reply-To", value);
            Assert.That(MailboxAddress.Parse(Unfolded(value)),
                Has.Property("Name").EqualTo(name).And.Property("Address").EqualTo("ana@bücher.example"));
        }
    }

    [TestCase(null), TestCase(""), TestCase(" \r\n")]
    public void Without_a_name_the_address_stands_alone(string? name) =>
        Assert.That(HeaderText.Mailbox("To", name, "ana@example.com"), Is.EqualTo(" ana@example.com"));

    private static string Unfolded(string value) => value.Replace("\r\n", "", StringComparison.Ordinal).TrimStart(' ');

    private static void AssertFits(string field, string value)
    {
        var lines = $"{field}:{value}".Split("\r\n");
        Assert.That(EncodedWord().Matches(value).Select(word => word.Length), Has.All.LessThanOrEqualTo(75));
        Assert.That(lines.Where(line => line.Contains("=?", StringComparison.Ordinal)), Has.All.Length.LessThanOrEqualTo(76));
        Assert.That(lines.Select(line => line.Trim()), Has.None.Empty, "RFC 5322 §3.2.2: no line of blanks");
        Assert.That(lines.Skip(1), Has.All.StartsWith(" "));
        Assert.That(value, Does.Match("^[\\x20-\\x7e\\r\\n]*$"));
    }

    [GeneratedRegex(@"=\?[^?]+\?.\?[^?]*\?=")]
    private static partial Regex EncodedWord();
}
