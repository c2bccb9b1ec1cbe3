using Dispatch.Worker.Mailing;
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
    [TestCase(SmtpErrorCode.UnexpectedStatusCode, 699, "What?", ReplyKind.Transient, null, "What?")]
    public void A_reply_is_the_recipients(SmtpErrorCode code, int status, string text, ReplyKind kind, string? enhanced, string kept) =>
        Assert.That(Replies.Of(Fault(code, status, text), SmtpStage.Recipient, "smtp://relay", Ana),
            Is.EqualTo(new SmtpReply(kind, status, enhanced, kept)));

    [TestCase(SmtpStage.Recipient, 421, Description = "RFC 5321 §3.8: the server closes, whoever the mail is for")]
    [TestCase(SmtpStage.Sender, 550, Description = "a refused sender is refused for everybody")]
    [TestCase(SmtpStage.Sender, 451)]
    [TestCase(SmtpStage.Sender, 552, Description = "MailKit calls this code unexpected, not a refused sender")]
    [TestCase(SmtpStage.Data, 250, Description = "where 354 is due: the conversation is out of step, and nothing was handed over")]
    public void A_reply_to_the_relay_uses_up_nobody(SmtpStage stage, int status) =>
        Assert.That(Replies.Of(Fault(SmtpErrorCode.UnexpectedStatusCode, status, "4.7.0 no"), stage, "smtp://relay", Ana),
            Has.Property("Kind").EqualTo(ReplyKind.RelayFault).And.Property("Text").StartsWith("smtp://relay"));

    [TestCase(251, ReplyKind.Accepted)]
    [TestCase(252, ReplyKind.Accepted)]
    [TestCase(299, ReplyKind.Accepted)]
    [TestCase(354, ReplyKind.Unknown)]
    public void After_the_final_dot_the_first_digit_says_whether_the_relay_has_the_message(int status, ReplyKind kind) =>
        Assert.That(Replies.Of(Fault(SmtpErrorCode.UnexpectedStatusCode, status, "ok"), SmtpStage.Content, "smtp://relay", Ana),
            Has.Property("Kind").EqualTo(kind).And.Property("Code").EqualTo(status));

    [TestCase("<ana.k@readers.example>: Recipient address rejected")]
    [TestCase("User ana.k unknown at READERS.example")]
    [TestCase("<Ana.K@Readers.Example>... forwarded to ana@elsewhere.example")]
    public void What_a_server_repeats_of_the_address_is_not_kept(string text)
    {
        var kept = Replies.Of(Fault(SmtpErrorCode.RecipientNotAccepted, 550, text), SmtpStage.Recipient, "smtp://relay", Ana).Text;
        Assert.That(kept, Does.Not.Contain("ana").IgnoreCase);
        Assert.That(kept, Does.Not.Contain("readers.example").IgnoreCase);
        Assert.That(kept, Does.Not.Contain("elsewhere").IgnoreCase);
    }

    [Test]
    public void Control_characters_and_endless_replies_are_cut()
    {
        var kept = Replies.Of(Fault(SmtpErrorCode.RecipientNotAccepted, 550, "no\0\u0007way " + new string('x', 5000)),
            SmtpStage.Recipient, "smtp://relay", Ana).Text;
        Assert.That(kept, Does.StartWith("no way xx").And.Length.EqualTo(300));
    }

    [Test]
    public void A_reply_is_never_cut_in_the_middle_of_an_emoji() =>
        Assert.That(Replies.Of(Fault(SmtpErrorCode.RecipientNotAccepted, 550, new string('x', 299) + "\U0001F6A7 no"),
            SmtpStage.Recipient, "smtp://relay", Ana).Text, Is.EqualTo(new string('x', 299)));

    private static SmtpCommandException Fault(SmtpErrorCode code, int status, string text) => new(code, (SmtpStatusCode)status, text);

    [TestCase("plain", 3, ExpectedResult = "pla")]
    [TestCase("ab\U0001F600", 3, ExpectedResult = "ab")]
    [TestCase("ab\U0001F600", 4, ExpectedResult = "ab\U0001F600")]
    [TestCase("a\U0001F600b", 3, ExpectedResult = "a\U0001F600")]
    [TestCase("", 3, ExpectedResult = "")]
    public string A_text_is_cut_between_characters(string text, int length) => Replies.Cut(text, length);
}
