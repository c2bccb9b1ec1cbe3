using Dispatch.Worker.Relays;
using MailKit.Net.Smtp;

namespace Dispatch.Tests.Relays;

public class RepliesTests
{
    private const string Ana = "ana.k@readers.example";

    [TestCase(SmtpErrorCode.RecipientNotAccepted, 550, "5.1.1 User unknown", ReplyKind.Permanent, "5.1.1", "User unknown")]
    [TestCase(SmtpErrorCode.RecipientNotAccepted, 450, "4.2.0 Greylisted", ReplyKind.Transient, "4.2.0", "Greylisted")]
    [TestCase(SmtpErrorCode.MessageNotAccepted, 552, "Too large", ReplyKind.Permanent, null, "Too large")]
    [TestCase(SmtpErrorCode.MessageNotAccepted, 451, "4.3.0 Try\r\nagain", ReplyKind.Transient, "4.3.0", "Try again")]
    [TestCase(SmtpErrorCode.UnexpectedStatusCode, 399, "What?", ReplyKind.Transient, null, "What?")]
    public void A_reply_is_the_recipients(SmtpErrorCode code, int status, string text, ReplyKind kind, string? enhanced, string kept) =>
        Assert.That(Replies.Of(Fault(code, status, text), "smtp://relay", Ana), Is.EqualTo(new SmtpReply(kind, status, enhanced, kept)));

    [TestCase(SmtpErrorCode.RecipientNotAccepted, 421, Description = "RFC 5321 §3.8: the server closes, whoever the mail is for")]
    [TestCase(SmtpErrorCode.SenderNotAccepted, 550, Description = "a refused sender is refused for everybody")]
    [TestCase(SmtpErrorCode.SenderNotAccepted, 451)]
    public void A_reply_to_the_relay_uses_up_nobody(SmtpErrorCode code, int status) =>
        Assert.That(Replies.Of(Fault(code, status, "4.7.0 no"), "smtp://relay", Ana), Has.Property("Kind").EqualTo(ReplyKind.RelayFault).And.Property("Text").StartsWith("smtp://relay"));

    [TestCase("<ana.k@readers.example>: Recipient address rejected")]
    [TestCase("User ana.k unknown at READERS.example")]
    [TestCase("<Ana.K@Readers.Example>... forwarded to ana@elsewhere.example")]
    public void What_a_server_repeats_of_the_address_is_not_kept(string text)
    {
        var kept = Replies.Of(Fault(SmtpErrorCode.RecipientNotAccepted, 550, text), "smtp://relay", Ana).Text;
        Assert.That(kept, Does.Not.Contain("ana").IgnoreCase);
        Assert.That(kept, Does.Not.Contain("readers.example").IgnoreCase);
        Assert.That(kept, Does.Not.Contain("elsewhere").IgnoreCase);
    }

    [Test]
    public void Control_characters_and_endless_replies_are_cut()
    {
        var kept = Replies.Of(Fault(SmtpErrorCode.RecipientNotAccepted, 550, "no\0\u0007way " + new string('x', 5000)), "smtp://relay", Ana).Text;
        Assert.That(kept, Does.StartWith("no way xx").And.Length.EqualTo(300));
    }

    private static SmtpCommandException Fault(SmtpErrorCode code, int status, string text) => new(code, (SmtpStatusCode)status, text);
}
