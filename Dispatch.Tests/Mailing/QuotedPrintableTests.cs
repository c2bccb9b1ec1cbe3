using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Signing;
using MimeKit;

namespace Dispatch.Tests.Mailing;

public class QuotedPrintableTests
{
    [TestCase("")]
    [TestCase("One line")]
    [TestCase("One line\n")]
    [TestCase("Trailing blanks   \nand a tab\t\n end ")]
    [TestCase("a=b, 100 % = 1\n")]
    [TestCase("Příliš žluťoučký kůň. 中国与欧亚大陆。 الصين 🌍\n")]
    [TestCase("\n\n.\n..\n.hidden\nFrom here\nFoo\n")]
    [TestCase("\r\nmixed\nline\r\nends")]
    public void What_is_encoded_decodes_to_itself(string text) =>
        Assert.That(Decoded(Encoded(text)), Is.EqualTo(text.ReplaceLineEndings("\r\n")));

    [Test]
    public void Long_and_odd_texts_of_every_length_decode_to_themselves([Range(1, 400, 7)] int length)
    {
        const string alphabet = "abc. F=\té中 \n-";
        var text = string.Concat(Enumerable.Range(0, length).Select(index => alphabet[index * 7919 % alphabet.Length]));
        Assert.That(Decoded(Encoded(text)), Is.EqualTo(text.ReplaceLineEndings("\r\n")));
    }

    [Test]
    public void Every_line_keeps_to_RFC_2045_and_needs_no_dot_stuffing()
    {
        var text = string.Concat(Enumerable.Repeat("Long line with é and . points and From lines ", 50)) + "\n.\nFrom\n"
            + new string('.', 300) + new string('F', 300) + new string(' ', 300);
        var lines = Encoded(text).Split("\r\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Has.All.Length.LessThanOrEqualTo(76));
            Assert.That(lines.Where(line => line.StartsWith('.') || line.StartsWith("From", StringComparison.Ordinal)), Is.Empty);
            Assert.That(lines.Where(line => line.EndsWith(' ') || line.EndsWith('\t')), Is.Empty);
            Assert.That(Encoded(text), Does.Match("^[\\x20-\\x7e\\r\\n]*$"));
        }
    }

    [TestCase("Two  blanks and\ta tab   \n  indented\n\n\ttabbed")]
    [TestCase("Zoë  asks")]
    public void What_is_encoded_is_in_DKIM_s_relaxed_form_already(string text)
    {
        Span<byte> relaxed = stackalloc byte[BodyHash.Length];
        BodyHash.Of(QuotedPrintable.Encode(text), relaxed);
        Assert.That(relaxed.ToArray(), Is.EqualTo(SHA256.HashData(QuotedPrintable.Encode(text))));
    }

    [Test]
    public void Pieces_can_be_put_one_after_the_other()
    {
        string[] pieces = ["Dear ", "Zoë", ", read on.\n", "", ".", "\nEnd"];
        Assert.That(Decoded(string.Concat(pieces.Select(Encoded))), Is.EqualTo("Dear Zoë, read on.\r\n.\r\nEnd"));
    }

    private static string Encoded(string text) => Encoding.ASCII.GetString(QuotedPrintable.Encode(text));

    private static string Decoded(string wire)
    {
        using var content = new MemoryStream(Encoding.ASCII.GetBytes(wire));
        using var decoded = new MemoryStream();
        new MimeContent(content, ContentEncoding.QuotedPrintable).DecodeTo(decoded);
        return Encoding.UTF8.GetString(decoded.ToArray());
    }
}
