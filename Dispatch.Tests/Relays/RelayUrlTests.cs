using Dispatch.Worker.Relays;

namespace Dispatch.Tests.Relays;

public class RelayUrlTests
{
    [TestCase("smtp://mail.example.org", "mail.example.org", 25, RelayTls.WhenOffered, null)]
    [TestCase("smtp://mail.example.org:587?tls=starttls", "mail.example.org", 587, RelayTls.StartTls, null)]
    [TestCase("smtp://mail.example.org:587?tls=required", "mail.example.org", 587, RelayTls.StartTls, null)]
    [TestCase("smtp://[::1]:2525?tls=none", "::1", 2525, RelayTls.None, null)]
    [TestCase("smtps://mail.example.org", "mail.example.org", 465, RelayTls.Implicit, null)]
    [TestCase("smtp://us%40er:p%3Aa%2Fss@mail.example.org:587", "mail.example.org", 587, RelayTls.StartTls,
        "us@er p:a/ss", Description = "a password asks for TLS")]
    [TestCase("smtp://user:secret@mail.example.org:587?tls=none", "mail.example.org", 587, RelayTls.None, "user secret")]
    [TestCase("smtp://user:a+b%25c:d@mail.example.org", "mail.example.org", 25, RelayTls.StartTls, "user a+b%c:d")]
    [TestCase("smtp://bücher.example", "xn--bcher-kva.example", 25, RelayTls.WhenOffered, null)]
    public void A_relay_is_told_by_its_address(string text, string host, int port, RelayTls tls, string? login)
    {
        Assert.That(RelayUrl.TryParse(text, out var relay, out _));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(relay!.Host, Is.EqualTo(host));
            Assert.That(relay.Port, Is.EqualTo(port));
            Assert.That(relay.Tls, Is.EqualTo(tls));
            Assert.That(login, Is.EqualTo(relay.User is null ? null : $"{relay.User} {relay.Password}"));
        }
    }

    [TestCase("smtp://[::1]:2525", "smtp://[::1]:2525")]
    [TestCase("smtps://user:pass@mail.example.org", "smtps://mail.example.org:465")]
    public void A_relay_is_named_so_that_the_name_can_be_read_back(string text, string name) =>
        Assert.That(RelayUrl.TryParse(text, out var relay, out _) ? relay.ToString() : null, Is.EqualTo(name));

    [Test]
    public void A_folder_is_a_relay_too() =>
        Assert.That(RelayUrl.TryParse("pickup:outbox", out var relay, out _) ? relay.Folder : null, Is.EqualTo("outbox"));

    [TestCase("", "not an address")]
    [TestCase("mail.example.org", "not an address")]
    [TestCase("smtp://mail.example.org:99999", "port above 65535")]
    [TestCase("smtps://user:secret@[::1]:65536?tls=required", "port above 65535")]
    [TestCase("smtp://mail.example.org:99999999999999999999", "port above 65535")]
    [TestCase("http://mail.example.org", "begins with http")]
    [TestCase("smtp://mail.example.org?tls=maybe", "tls=maybe")]
    [TestCase("smtps://mail.example.org?tls=none", "tls=none")]
    [TestCase("smtp://mail.example.org?secure=1", "unknown option 'secure'")]
    [TestCase("smtp://user@mail.example.org", "without a password")]
    [TestCase("pickup:", "names no folder")]
    [TestCase("smtp://mail.example.org/relay", "after its host")]
    [TestCase("smtp://mail.example.org#relay", "after its host")]
    [TestCase("smtp://news:12?Secret9@mail.example.org:587?tls=starttls", "? as %3F")]
    [TestCase("smtp://news:2587#Secret9@mail.example.org:587", "# as %23")]
    [TestCase("smtp://news:2587/Kx@mail.example.org:587", "/ as %2F")]
    [TestCase("smtp://news:p@ss@mail.example.org:587", "@ as %40")]
    [TestCase("smtp://news:100%@mail.example.org:587", "% as %25")]
    [TestCase("smtps://news:a\\b@mail.example.org", "%23")]
    public void What_is_wrong_with_an_address_is_said(string text, string fault)
    {
        Assert.That(RelayUrl.TryParse(text, out _, out var said), Is.False);
        Assert.That(said, Does.Contain(fault));
    }

    [TestCase("smtp://user:secret@mail.example.org:587")]
    [TestCase("smtp://user:secret@")]
    [TestCase("smtp://user:secret@mail.example.org?tls=no")]
    [TestCase("smtp://user:12?secret@mail.example.org:587?tls=none")]
    [TestCase("smtp://user:2587#secret@mail.example.org:587")]
    [TestCase("smtp://user:2587/secret@mail.example.org:587")]
    [TestCase("smtp://user:x@secret@mail.example.org:587")]
    [TestCase("smtp://user:x%secret@mail.example.org:587")]
    [TestCase("smtp://user:x@mail.example.org:587?secret@tls=none")]
    public void A_password_is_never_shown(string text)
    {
        var shown = RelayUrl.TryParse(text, out var relay, out var fault) ? relay.ToString() : fault;
        Assert.That(shown, Does.Not.Contain("secret"));
    }
}
