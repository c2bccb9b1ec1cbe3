using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;

namespace Dispatch.Tests.Addresses;

[TestFixture]
public class EmailAddressTests
{
    [TestCase(null, "Enter your email address.")]
    [TestCase("   ", "Enter your email address.")]
    [TestCase("ana.example.com", "There is no @ in this address.")]
    [TestCase("ana\uFF20example.com", "The @ in this address is the full-width one. Use an ordinary @.")]
    [TestCase("@example.com", "There is nothing before the @.")]
    [TestCase("ana@", "There is nothing after the @.")]
    [TestCase("ana@localhost", "The part after the @ has no dot. It should look like example.com.")]
    [TestCase("ana@exa,mple.com", "There is a comma after the @. Did you mean a dot?")]
    [TestCase("ana@example..com", "There are two dots in a row after the @.")]
    [TestCase("ana@example.com.", "The address ends with a dot.")]
    [TestCase("ana@example.c", "The ending after the last dot doesn’t exist. It should be something like com or org.")]
    [TestCase("ana@192.0.2.1", "The part after the @ is a number. It should look like example.com.")]
    [TestCase("ana @example.com", "There is a space in this address.")]
    [TestCase("ana@example.com ", "There is a space or line break before or after this address.")]
    [TestCase("Ana <ana@example.com>", "Enter only the address, without a name or angle brackets.")]
    [TestCase("ana@@example.com", "There is more than one @ in this address.")]
    [TestCase("\"ana\"@example.com", "An address can’t contain quotation marks here.")]
    [TestCase("ana@[192.0.2.1]",
        "We can’t use an address that ends in a number in brackets. Enter one with a domain, such as name@example.com.")]
    public void A_slip_is_named(string? typed, string fault)
    {
        Assert.That(EmailAddress.TryParse(typed, out var address, out var said), Is.False);
        Assert.That(address, Is.Null);
        Assert.That(Texts.ForStaff[said!], Is.EqualTo(fault));
    }

    [Test]
    public void Half_of_a_surrogate_pair_is_refused_and_does_not_throw() =>
        Assert.That(EmailAddress.TryParse("ana\uD800@example.com", out _, out _), Is.False);

    [Test]
    public void A_text_of_ten_megabytes_is_refused_at_once() =>
        Assert.That(EmailAddress.TryParse(new string('a', 10_000_000) + "@example.com", out _, out _), Is.False);

    [TestCase("Ana@Example.COM", "ana@example.com", Description = "no host tells letters apart, and a suppression must not be got round")]
    [TestCase("ana@xn--mnchen-3ya.example", "ana@m\u00FCnchen.example", Description = "one host, written twice")]
    [TestCase("ana@M\u00DCNCHEN.example", "ana@mu\u0308nchen.example", Description = "one letter, composed and not")]
    public void Two_ways_of_writing_one_address_are_equal(string one, string other)
    {
        var (left, right) = (EmailAddress.Parse(one), EmailAddress.Parse(other));
        Assert.That(left, Is.EqualTo(right));
        Assert.That(left.GetHashCode(), Is.EqualTo(right.GetHashCode()));
        Assert.That(left.Key, Is.EqualTo(right.Key));
    }

    [Test]
    public void The_letter_case_of_the_local_part_is_kept_on_the_mail()
    {
        var address = EmailAddress.Parse("Ana.Novak@Example.COM");
        Assert.That(address.Normalized, Is.EqualTo("Ana.Novak@example.com"));
        Assert.That(address.WireForm, Is.EqualTo("Ana.Novak@example.com"));
        Assert.That(address.ToMailbox("Ana").ToString(), Is.EqualTo("\"Ana\" <Ana.Novak@example.com>"));
    }

    [Test]
    public void Only_a_local_part_beyond_ASCII_needs_SMTPUTF8()
    {
        Assert.That(EmailAddress.Parse("ana@m\u00FCnchen.example").NeedsSmtpUtf8, Is.False);
        Assert.That(EmailAddress.Parse("\u00E1na@example.com").NeedsSmtpUtf8, Is.True);
    }

    [Test]
    public void Nothing_that_is_logged_by_mistake_shows_the_address()
    {
        var address = EmailAddress.Parse("ana@example.com");
        Assert.That($"{address}", Is.EqualTo("(address)"));
        var refused = Assert.Throws<FormatException>(() => EmailAddress.Parse("ana@exam ple.com"));
        Assert.That(refused!.ToString(), Does.Not.Contain("exam ple"));
    }
}
