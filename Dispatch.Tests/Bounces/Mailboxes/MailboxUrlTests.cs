using Dispatch.Worker.Bounces.Mailboxes;
using MailKit.Security;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>The address of a mailbox in the settings.</summary>
public class MailboxUrlTests
{
    [TestCase("imap://ana:secret@mail.test", true, 143, "ana", "secret", SecureSocketOptions.StartTls)]
    [TestCase("imaps://bounces@news.test:s%2Fe@mail.test", true, 993, "bounces@news.test", "s/e", SecureSocketOptions.SslOnConnect)]
    [TestCase("pop3://ana:secret@mail.test:1110?tls=none", false, 1110, "ana", "secret", SecureSocketOptions.None)]
    [TestCase("pop3s://ana:secret@mail.test", false, 995, "ana", "secret", SecureSocketOptions.SslOnConnect)]
    public void It_names_host_user_and_TLS(string text, bool imap, int port, string user, string password, SecureSocketOptions tls)
    {
        Assert.That(MailboxUrl.TryParse(text, out var url, out var fault), Is.True, fault);
        Assert.That((url!.IsImap, url.Port, url.User, url.Password, url.Tls), Is.EqualTo((imap, port, user, password, tls)));
        Assert.That(url.ToString(), Does.Contain("mail.test").And.Not.Contain("secret").And.Not.Contain("ana"));
    }

    [TestCase("", "is not an address")]
    [TestCase("imaps://user:secret@imap.example.org:99300", "port above 65535")]
    [TestCase("smtp://ana:secret@mail.test", "begins with smtp")]
    [TestCase("imap://mail.test", "names no user with a password")]
    [TestCase("imap://ana:secret@mail.test/INBOX", "has something after its host")]
    [TestCase("imap://ana:sec#ret@mail.test", "write # as %23")]
    [TestCase("imap://ana:secret@mail.test?tls=some", "has an unknown option")]
    [TestCase("imaps://ana:secret@mail.test?tls=none", "has an unknown option")]
    public void A_wrong_one_is_told_without_its_password(string text, string told)
    {
        Assert.That(MailboxUrl.TryParse(text, out _, out var fault), Is.False);
        Assert.That(fault, Does.Contain(told).And.Not.Contain("secret"));
    }
}
