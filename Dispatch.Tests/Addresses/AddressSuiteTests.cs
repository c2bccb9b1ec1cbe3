using System.Text.Json;
using Dispatch.Templates.Languages;
using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;

namespace Dispatch.Tests.Addresses;

[TestFixture]
public class AddressSuiteTests
{
    private sealed record Case(string Id, string Address, string Expect, string SmtpUtf8, string AsciiDomain, string? Normalized);

    [Test]
    public void Every_decided_case_of_the_suite_comes_out_right()
    {
        var wrong = new List<string>();
        foreach (var one in Suite())
        {
            var taken = EmailAddress.TryParse(one.Address, out var address, out var fault);
            if (one.Expect != "either" && taken != (one.Expect == "accept"))
                wrong.Add($"{one.Id}: expected {one.Expect}, got {fault ?? "accept"}");
            if (address is null)
                continue;
            if (one.SmtpUtf8 != "-" && address.NeedsSmtpUtf8 != (one.SmtpUtf8 == "yes"))
                wrong.Add($"{one.Id}: smtputf8");
            if (one.AsciiDomain != "-" && address.AsciiDomain != one.AsciiDomain)
                wrong.Add($"{one.Id}: ascii_domain {address.AsciiDomain}");
            if (one.Normalized is { } form && address.Normalized != form)
                wrong.Add($"{one.Id}: normalized");
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void A_refusal_is_a_sentence_that_does_not_repeat_the_address()
    {
        foreach (var one in Suite().Where(one => one.Expect == "reject"))
        {
            Assert.That(EmailAddress.TryParse(one.Address, out _, out var fault), Is.False, one.Id);
            var sentence = Texts.ForStaff[fault!];
            Assert.That(sentence, Does.Match("[.?]$").And.Length.LessThan(130), one.Id);
            if (one.Address.Length > 3)
                Assert.That(sentence, Does.Not.Contain(one.Address), one.Id);
        }
    }

    [Test]
    public void Every_address_that_is_taken_can_be_parsed_again_and_put_on_a_mail()
    {
        foreach (var one in Suite())
        {
            if (!EmailAddress.TryParse(one.Address, out var address, out _))
                continue;
            Assert.That(EmailAddress.Parse(address.Normalized), Is.EqualTo(address), one.Id);
            Assert.That(EmailAddress.Parse(address.WireForm), Is.EqualTo(address), one.Id);
            Assert.That(EmailAddress.Parse(address.Normalized).Normalized, Is.EqualTo(address.Normalized), one.Id);
            Assert.That(address.ToMailbox("Ana").GetAddress(idnEncode: true), Is.EqualTo(address.WireForm), one.Id);
        }
    }

    private static List<Case> Suite()
    {
        var file = Path.Combine(Shared.Folder("corpora/addresses"), "expected.tsv");
        var suite = File.ReadLines(file).Skip(1).Select(line => line.Split('\t')).Select(column =>
            new Case(column[0], Text(column[1]), column[2], column[3], column[4], column[5] == "-" ? null : Text(column[5]))).ToList();
        Assert.That(suite, Has.Count.EqualTo(703));
        return suite;
    }

    private static string Text(string json) => JsonSerializer.Deserialize<string>(json)!;
}
