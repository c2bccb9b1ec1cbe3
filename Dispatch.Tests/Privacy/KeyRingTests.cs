using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Privacy;

namespace Dispatch.Tests.Privacy;

[TestFixture]
public class KeyRingTests
{
    private const string Purpose = "subscriber.address";

    private readonly KeyRing ring = FreshKeys.Ring();

    [TestCase("")]
    [TestCase("ana@example.com")]
    [TestCase("\u00C1na Nov\u00E1kov\u00E1 \u4F0A\u662D\u5091")]
    public void What_was_sealed_opens_again(string value)
    {
        var closed = ring.Seal(value, Purpose);
        Assert.That(closed, Has.Length.EqualTo(1 + 12 + 64 + 16), "padded");
        Assert.That(ring.Open(closed, Purpose), Is.EqualTo(value));
    }

    [Test]
    public void The_same_value_never_looks_the_same_twice()
    {
        var once = ring.Seal("ana@example.com", Purpose);
        Assert.That(ring.Seal("ana@example.com", Purpose), Is.Not.EqualTo(once));
    }

    [Test]
    public void A_change_of_one_bit_anywhere_is_noticed()
    {
        var closed = ring.Seal("ana@example.com", Purpose);
        for (var bit = 0; bit < closed.Length * 8; bit++)
        {
            var changed = closed.ToArray();
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<KeyRingException>(() => ring.Open(changed, Purpose), $"bit {bit}");
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(28)]
    public void A_value_that_was_cut_off_is_refused(int length) =>
        Assert.Throws<KeyRingException>(() => ring.Open(ring.Seal("ana@example.com", Purpose)[..length], Purpose));

    [Test]
    public void A_value_sealed_for_one_purpose_does_not_open_for_another() =>
        Assert.Throws<KeyRingException>(() => ring.Open(ring.Seal("Ana", "subscriber.name"), Purpose));

    [Test]
    public void A_value_sealed_before_the_key_changed_still_opens()
    {
        var ring = FreshKeys.Ring();
        var before = ring.Seal("ana@example.com", Purpose);
        var hash = ring.HashOf(EmailAddress.Parse("ana@example.com"));

        Assert.That(ring.AddKey(), Is.EqualTo(2));
        Assert.That(ring.Open(before, Purpose), Is.EqualTo("ana@example.com"));
        Assert.That(ring.Seal("ana@example.com", Purpose)[0], Is.EqualTo(2));
        Assert.That(ring.HashOf(EmailAddress.Parse("ana@example.com")), Is.EqualTo(hash));
    }

    [Test]
    public void Without_the_key_the_message_names_the_setting_and_no_reader()
    {
        var (mine, other) = (FreshKeys.Ring(), FreshKeys.Ring());
        mine.AddKey();
        var missing = Assert.Throws<KeyRingException>(() => other.Open(mine.Seal("ana@example.com", Purpose), Purpose));
        Assert.That(missing!.Message, Does.Contain("no key 2").And.Contain("Privacy:KeyFile"));
        var wrong = Assert.Throws<KeyRingException>(() => other.Open(ring.Seal("ana@example.com", Purpose), Purpose));
        Assert.That(wrong!.ToString(), Does.Contain("Privacy:KeyFile").And.Not.Contain("ana"));
    }

    [Test]
    public void A_reader_is_found_however_the_address_is_written()
    {
        var hash = ring.HashOf(EmailAddress.Parse("Ana@M\u00DCNCHEN.example"));
        Assert.That(hash, Has.Length.EqualTo(32));
        Assert.That(ring.HashOf(EmailAddress.Parse("ana@xn--mnchen-3ya.example")), Is.EqualTo(hash));
        Assert.That(ring.HashOf(EmailAddress.Parse("eva@xn--mnchen-3ya.example")), Is.Not.EqualTo(hash));
        Assert.That(FreshKeys.Ring().HashOf(EmailAddress.Parse("ana@xn--mnchen-3ya.example")), Is.Not.EqualTo(hash));
    }

    [Test]
    public void An_address_of_any_length_is_sealed_as_long_as_another()
    {
        var (first, second) = (ring.Seal("a@b.example", "p"), ring.Seal($"{new string('a', 45)}@provider.example", "p"));
        Assert.That(first, Has.Length.EqualTo(second.Length));
        Assert.That(Enumerable.Range(0, 300).Select(length => ring.Seal(new string('x', length), "p").Length).Distinct().Count(),
            Is.EqualTo(4));
    }

    [Test]
    public void Many_threads_may_use_the_ring_at_once() => Parallel.For(0, 5_000, number =>
        Assert.That(ring.Open(ring.Seal($"reader {number}", Purpose), Purpose), Is.EqualTo($"reader {number}")));
}
