using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Privacy;

namespace Dispatch.Tests.Privacy;

[TestFixture]
public class ReaderTokenTests
{
    private KeyRing ring = null!;
    private LinkTokens links = null!;
    private ConfirmationTokens confirmations = null!;

    [SetUp]
    public void MakeRing()
    {
        ring = FreshKeys.Ring();
        (links, confirmations) = (new(ring), new(ring));
    }

    [TestCase(1L, 1L)]
    [TestCase(0L, 0L)]
    [TestCase(long.MaxValue, uint.MaxValue)]
    public void A_link_says_whose_it_is_and_what_for(long subscriber, long scope)
    {
        var token = links.Make(LinkKind.Unsubscribe, subscriber, scope);
        Assert.That(token, Does.Match("^[a-z2-7]{40}$"));
        Assert.That(links.TryRead(token, LinkKind.Unsubscribe, out var who, out var what), Is.True);
        Assert.That((who, what), Is.EqualTo((subscriber, scope)));
    }

    [Test]
    public void A_link_survives_a_server_that_writes_it_in_capitals() =>
        Assert.That(links.TryRead(links.Make(LinkKind.Bounce, 7, 8).ToUpperInvariant(), LinkKind.Bounce, out _, out _), Is.True);

    [Test]
    public void A_link_of_one_kind_does_nothing_as_another([Values] LinkKind made, [Values] LinkKind read) =>
        Assert.That(links.TryRead(links.Make(made, 7, 8), read, out _, out _), Is.EqualTo(made == read));

    [Test]
    public void A_change_of_one_bit_in_a_link_is_noticed()
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var token = links.Make(LinkKind.Unsubscribe, 7, 8);
        for (var bit = 0; bit < token.Length * 5; bit++)
        {
            var letters = token.ToCharArray();
            letters[bit / 5] = alphabet[alphabet.IndexOf(letters[bit / 5], StringComparison.Ordinal) ^ (1 << bit % 5)];
            Assert.That(links.TryRead(new string(letters), LinkKind.Unsubscribe, out var who, out _), Is.False, $"bit {bit}");
            Assert.That(who, Is.Zero);
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("short")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("aeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("11111111111111111111111111111111111111!!")]
    [TestCase("\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131"
        + "\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131\u0131")]
    public void Nonsense_is_no_link_and_no_exception(string? token) =>
        Assert.That(links.TryRead(token, LinkKind.Unsubscribe, out _, out _), Is.False);

    [Test]
    public void A_link_mailed_before_the_key_changed_still_works()
    {
        var token = links.Make(LinkKind.Preferences, 7, 8);
        ring.AddKey();
        Assert.That(links.TryRead(token, LinkKind.Preferences, out var who, out _), Is.True);
        Assert.That(who, Is.EqualTo(7));
        Assert.That(links.Make(LinkKind.Preferences, 7, 8), Is.Not.EqualTo(token));
    }

    [Test]
    public void A_link_of_another_service_is_refused() =>
        Assert.That(new LinkTokens(FreshKeys.Ring())
            .TryRead(links.Make(LinkKind.Preferences, 7, 8), LinkKind.Preferences, out _, out _), Is.False);

    [Test]
    public void Many_threads_make_and_read_links_at_once() => Parallel.For(0, 10_000, number =>
    {
        links.TryRead(links.Make(LinkKind.Unsubscribe, number, 8), LinkKind.Unsubscribe, out var who, out _);
        Assert.That(who, Is.EqualTo(number));
    });

    [Test]
    public void A_confirmation_can_be_mailed_again_from_its_seed()
    {
        var seed = ConfirmationTokens.NewSeed();
        var token = confirmations.Derive(seed);
        Assert.That(token, Does.Match("^[a-z2-7]{32}$"));
        Assert.That(confirmations.Derive(seed), Is.EqualTo(token));
        Assert.That(confirmations.Derive(ConfirmationTokens.NewSeed()), Is.Not.EqualTo(token));
        Assert.That(confirmations.Recover(seed, ConfirmationTokens.Hash(token)), Is.EqualTo(token));
    }

    [Test]
    public void A_confirmation_can_be_mailed_again_after_the_key_changed()
    {
        var seed = ConfirmationTokens.NewSeed();
        var token = confirmations.Derive(seed);
        ring.AddKey();
        Assert.That(confirmations.Recover(seed, ConfirmationTokens.Hash(token)), Is.EqualTo(token));
        foreach (var (other, hash) in new[] { (ConfirmationTokens.NewSeed(), ConfirmationTokens.Hash(token)), (seed, [1, 2, 3]) })
            Assert.That(() => confirmations.Recover(other, hash), Throws.InstanceOf<KeyRingException>().With.Property("KeyIsMissing").True);
    }

    [Test]
    public void A_token_that_comes_back_in_capitals_has_the_same_hash()
    {
        var token = confirmations.Derive(ConfirmationTokens.NewSeed());
        Assert.That(ConfirmationTokens.Hash(token.ToUpperInvariant()), Is.EqualTo(ConfirmationTokens.Hash(token)));
        Assert.That(ConfirmationTokens.Hash(null), Has.Length.EqualTo(ConfirmationTokens.HashBytes));
    }
}
