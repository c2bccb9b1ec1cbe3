using Dispatch.Worker.Addresses;

namespace Dispatch.Tests.Addresses;

/// <summary>The short way for plain addresses gives what all the rules give.</summary>
public class PlainAddressesTests
{
    // Ordinary pieces, and pieces that are near a rule's edge.
    private static readonly string[] Locals = ["a", "Ana.Novak", "x1", "news+tag", "a_b", "ana-n"];
    private static readonly string[] Hosts = ["example.org", "Mail.Example.CZ", "a-b.co", "1.example.net"];

    private static readonly string[] Edges =
    [
        "", "-", "--", "_", "+", ".", "..", "@", ".c", ".123", "xn--p1ai", "ab--c", " ", "\t", "é", "\u00AD", "!", "\"", ",", "<", "[", "{",
        "`", new string('l', 60), new string('m', 200),
    ];

    [Test]
    public void An_address_is_read_the_same_by_either_way()
    {
        var (chance, plain) = (new Random(20261127), 0);
        for (var number = 0; number < 5000; number++)
        {
            var text = $"{Of(Locals)}@{Of(Hosts)}";
            for (var edges = chance.Next(3); edges > 0; edges--)
                text = text.Insert(chance.Next(text.Length + 1), Of(Edges));
            plain += IsSame(text) ? 1 : 0;
        }
        Assert.That(plain, Is.GreaterThan(1500).And.LessThan(4500), "some are plain");

        string Of(string[] pieces) => pieces[chance.Next(pieces.Length)];
    }

    [TestCase("ana@example.org", true), TestCase("Ana.N+tag@News.Example.ORG", true), TestCase("a-b_c@a-b.co", true)]
    [TestCase("ana@example", false), TestCase("ana@example.o", false), TestCase("ana@example.123", false), TestCase("a@b@c.org", false)]
    [TestCase("ana@xn--bcher-kva.example", false), TestCase("o'brien@example.org", false), TestCase("", false), TestCase("@a.org", false)]
    [TestCase("ana@-a.org", false), TestCase("ana@a-.org", false), TestCase(".a@example.org", false), TestCase("a.@example.org", false)]
    public void Only_what_no_rule_can_refuse_is_plain(string text, bool plain) => Assert.That(IsSame(text), Is.EqualTo(plain));

    private static bool IsSame(string text)
    {
        var (quick, thorough) = (EmailAddress.TryParse(text, out var one, out var fault),
            EmailAddress.TryParseAny(text, out var other, out var otherFault));
        Assert.That((quick, fault, one?.Key, one?.Normalized, one?.LocalPart, one?.AsciiDomain, one?.WireForm, one?.NeedsSmtpUtf8),
            Is.EqualTo((thorough, otherFault, other?.Key, other?.Normalized, other?.LocalPart, other?.AsciiDomain, other?.WireForm,
                other?.NeedsSmtpUtf8)), text);
        return PlainAddresses.PlaceOfAt(text) > 0;
    }
}
