using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Tests.Bounces.Verdicts;

/// <summary>What mail servers say, and what it means for the reader. Each row is a server's own way of saying it.</summary>
public class ServersWordsTests
{
    private static readonly Judge Judge = new(TextRules.BuiltIn);

    // Enhanced codes decide where they are specific
    [TestCase("550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown in local recipient table", "hard")]
    [TestCase("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard")]
    [TestCase("556 5.1.10 example.org does not accept mail (nullMX)", "hard")]
    [TestCase("550 5.1.2 Host unknown", "hard")]
    [TestCase("550 5.1.6 Mailbox has moved", "hard")]
    [TestCase("552 5.2.2 over quota", "soft")]
    [TestCase("452 4.2.2 The email account that you tried to reach is over quota", "soft")]
    [TestCase("550-5.2.1 The email account that you tried to reach is disabled.", "hard")]
    [TestCase("552 5.3.4 Message size exceeds fixed limit", "policy")]
    [TestCase("550 5.4.5 Daily user sending limit exceeded", "policy")]
    [TestCase("451 4.4.1 No answer from host", "soft")]
    [TestCase("550 5.4.310 DNS domain example.invalid does not exist", "hard")]
    [TestCase("554 5.4.14 Hop count exceeded - possible mail loop", "soft")]
    [TestCase("450 4.1.1 unverified address: host does not answer", "soft", Description = "4.x.x is never hard")]

    // Refusals that are ours
    [TestCase("550-5.7.26 Unauthenticated email from sender.test is not accepted due to domain's DMARC policy.", "policy")]
    [TestCase("553 5.7.9 message not accepted for policy reasons", "policy")]
    [TestCase("550 5.7.515 Access denied, sending domain SENDER.TEST does not meet the required authentication level", "policy")]
    [TestCase("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", "policy")]
    [TestCase("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. (S3150)", "policy")]
    [TestCase("554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org", "policy")]
    [TestCase("550 Administrative prohibition", "policy")]
    [TestCase("550 spam message rejected", "policy")]
    [TestCase("554 Your access to this mail system has been rejected due to the sending MTA's poor reputation", "policy")]
    [TestCase("450 4.7.25 Client host rejected: cannot find your hostname", "policy")]
    [TestCase("554 5.7.1 <ana@example.org>: Relay access denied", "policy")]
    [TestCase("550 5.1.8 Sender address rejected: Domain not found", "policy")]
    [TestCase("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "policy")]
    [TestCase("553 5.6.7 smtp does not offer SMTPUTF8, which this address needs.", "policy", Description = "our own relay")]

    // Codes that say too little, or the wrong thing
    [TestCase("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "hard", Description = "Microsoft 365")]
    [TestCase("550 5.4.1 All recipient addresses rejected : Access denied. [mx.outlook.test]", "hard", Description = "Microsoft 365")]
    [TestCase("550 5.7.1 Service refused, please try later. OFR_506 [506]", "policy", Description = "Orange")]
    [TestCase("550 Previous (cached) callout verification failure", "hard", Description = "Exim, of the recipient")]
    [TestCase("5.0.0 452 4.2.2 mailbox over quota", "soft")]
    [TestCase("550 5.7.1 User unknown", "hard")]
    [TestCase("550 5.5.0 Requested action not taken: mailbox unavailable", "hard")]
    [TestCase("554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.com) [0]", "hard")]
    [TestCase("550 5.1.1 Mailbox full", "soft")]
    [TestCase("550 5.1.1 Your host is on a block list, see spamhaus.org", "policy")]
    [TestCase("550 5.0.0 <ana@example.org>... User unknown", "hard")]
    [TestCase("553 5.3.0 <ana@example.org>... Addressee unknown", "hard")]
    [TestCase("550 No such user here", "hard")]
    [TestCase("552 User mailbox exceeds allowed size", "soft")]
    [TestCase("550 Empfaenger unbekannt", "hard")]
    [TestCase("delivery temporarily suspended: connect to mx.example.org[192.0.2.1]:25: Connection refused", "soft")]
    [TestCase("550 unrouteable address", "hard", Description = "Exim")]
    [TestCase("511 sorry, no mailbox here by that name (#5.1.1 - chkuser)", "hard", Description = "qmail")]
    [TestCase("550 User ana (ana@example.org) not listed in Domino Directory", "hard", Description = "Domino")]
    [TestCase("550 5.2.0 mailbox disabled for this recipient", "hard")]
    [TestCase("550 Mailbox temporarily disabled", "soft")]
    [TestCase("450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted", "soft")]
    [TestCase("Host or domain name not found. Name service error for name=example.invalid type=A: Host not found", "hard")]
    [TestCase("connect to mx.example.org[192.0.2.1]:25: Connection timed out", "soft")]
    [TestCase("host spam.example.org[192.0.2.1] said: 550 User unknown", "hard", Description = "a host's name says nothing")]
    [TestCase("421 Try again later", "soft")]

    // Other languages
    [TestCase("550 Benutzer unbekannt", "hard")]
    [TestCase("550 Empfängeradresse existiert nicht", "hard")]
    [TestCase("552 Postfach ist voll", "soft")]
    [TestCase("550 L'adresse n'existe pas", "hard")]
    [TestCase("552 La boîte du destinataire est pleine", "soft")]
    [TestCase("550 El usuario no existe", "hard")]
    [TestCase("552 El buzón del destinatario está lleno", "soft")]
    [TestCase("550 Utente sconosciuto", "hard")]
    [TestCase("552 Casella piena", "soft")]
    [TestCase("550 Usuário desconhecido", "hard")]
    [TestCase("550 Użytkownik nie istnieje", "hard")]
    [TestCase("552 Skrzynka odbiorcy jest przepełniona", "soft")]
    [TestCase("550 Пользователь не найден", "hard")]
    [TestCase("552 Почтовый ящик переполнен", "soft")]
    [TestCase("550 用户不存在", "hard")]
    [TestCase("552 收件人邮箱已满", "soft")]
    [TestCase("550 宛先のユーザが存在しません", "hard")]
    [TestCase("552 メールボックスの容量が一杯です", "soft")]
    [TestCase("550 존재하지 않는 사용자", "hard")]
    [TestCase("550 المستخدم غير موجود", "hard")]

    // 550 may also be a refusal because of us, and then says nothing of the mailbox
    [TestCase("550 rejected", "policy")]
    [TestCase("550 Message refused", "policy")]
    [TestCase("550 Access denied", "policy")]
    [TestCase("550 We don't accept mail from you", "policy")]
    [TestCase("550 Your domain is not welcome here", "policy")]
    [TestCase("550 Mails from this country are not accepted", "policy")]
    [TestCase("550 Your message was classified as bulk", "policy")]
    [TestCase("550 Phishing detected", "policy")]
    [TestCase("541 Mail rejected by the destination's antispam", "policy")]
    [TestCase("550 Message score too high (12.3)", "policy")]
    [TestCase("550 Message contains a forbidden attachment", "policy")]
    [TestCase("550 Invalid message format", "policy")]
    [TestCase("550 Dynamic/residential IP addresses are not allowed", "policy")]
    [TestCase("550 No DKIM signature found", "policy")]
    [TestCase("550 abuse complaints received about this source", "policy")]
    [TestCase("550 Nachricht abgelehnt", "policy")]
    [TestCase("550 Ihre IP-Adresse ist gesperrt", "policy", Description = "not the reader's address")]
    [TestCase("550 Accès refusé", "policy")]
    [TestCase("550 Su servidor está en una lista negra", "policy")]
    [TestCase("550 Messaggio rifiutato", "policy")]
    [TestCase("550 Wiadomość odrzucona", "policy")]
    [TestCase("550 Сообщение отклонено", "policy")]
    [TestCase("550 发件人被拒绝", "policy")]
    [TestCase("550 メールは拒否されました", "policy")]
    [TestCase("550 메일이 차단되었습니다", "policy")]
    [TestCase("550 Get lost", "soft", Description = "no word that we know")]
    [TestCase("550 (address) (local part) Get lost", "soft", Description = "as the ledger keeps it")]
    [TestCase("550", "hard", Description = "RFC 5321: mailbox unavailable")]
    [TestCase("550 5.1.0 Get lost", "hard", Description = "RFC 3463: something about the address")]
    [TestCase("554 5.2.0 Failed to process the message due to a permanent exception", "soft", Description = "about the mailbox")]

    // The command that a reply belongs to
    [TestCase("host mx.example.org[192.0.2.1] refused to talk to me: 550 No", "policy")]
    [TestCase("host mx.example.org[192.0.2.1] said: 550 User unknown (in reply to MAIL FROM command)", "policy")]
    [TestCase("SMTP error from remote mail server after MAIL FROM:<news@sender.test> SIZE=9000: 550 No such user", "policy")]
    [TestCase("host mx.example.org[192.0.2.1] said: 450 4.3.2 Busy (in reply to MAIL FROM command)", "soft")]

    // Users whom we are accused of mailing, and users who are us
    [TestCase("550 5.7.1 Message refused: too many invalid recipients from 192.0.2.1", "policy")]
    [TestCase("554 Too many invalid recipients (user unknown), closing", "policy")]
    [TestCase("550 permanently blocked for sending to nonexistent accounts", "policy")]
    [TestCase("550 Return address could not be verified: user unknown", "policy")]
    [TestCase("550 Sender has no MX record", "policy")]
    [TestCase("550 Sender over quota", "policy")]
    [TestCase("550 5.1.1 Blocked by your recipient's spam filter", "policy")]

    // The reader's after all
    [TestCase("[01] Mail From: <news@sender.test> Rcpt To: <ana@example.org> [02] The reason of the failure was: 550 Mailbox unknown",
        "hard", Description = "XMail")]
    [TestCase("554 5.7.1 <ana@example.org>: Recipient address rejected: Access denied", "soft", Description = "Postfix, not Microsoft")]
    [TestCase("550 5.2.1 The email account that you tried to reach is inactive.", "hard", Description = "Google")]
    [TestCase("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1) This message has been in the queue too long.", "soft",
        Description = "qmail, not too long for the server")]
    [TestCase("550 Unable to verify recipient at this time", "soft")]
    [TestCase("550 box full", "soft")]
    [TestCase("550 recipient's disk space is exhausted", "soft")]
    [TestCase("552 Το γραμματοκιβώτιο του παραλήπτη είναι γεμάτο", "soft")]
    [TestCase("550 Kotak surat penuh", "soft")]
    [TestCase("550 Hộp thư đầy", "soft")]
    [TestCase("554 5.0.0 Pengguna tidak ditemukan", "hard")]
    [TestCase("554 5.0.0 Korisnik ne postoji", "hard")]
    [TestCase("554 5.0.0 Používateľ neexistuje", "hard")]
    [TestCase("554 5.0.0 Vartotojas nerastas", "hard")]
    [TestCase("554 5.0.0 ไม่พบผู้ใช้", "hard")]

    // Without a reason that we know nobody is given up
    [TestCase("Something happened", "soft")]
    [TestCase("554 transaction failed", "policy")]
    public void A_servers_words_tell_what_a_refusal_means(string words, string kind) =>
        Assert.That(Verdict.Word(Judge.OfFailure(null, words, "").Kind), Is.EqualTo(kind), $"by {Judge.OfFailure(null, words, "").Rule}");

    [TestCase('\uFFFD'), TestCase('-'), TestCase('.'), TestCase('a'), TestCase('1'), TestCase('邮')]
    public void A_text_of_one_sign_is_judged_at_once(char sign)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        Judge.OfFailure(null, "", new string(sign, 2000));
        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(9)),
            "a pattern that backtracks takes ten seconds, until it is stopped");
    }

    [Test]
    public void A_verdict_names_its_rule_and_never_the_servers_words()
    {
        var verdict = Judge.OfFailure("5.0.0", "550 <ana@example.org>: user unknown", "");
        Assert.That(verdict.Rule, Does.StartWith("text: rules.tsv, line "));
        Assert.That(verdict.ToString(), Does.Not.Contain("ana@"));
    }

    [Test]
    public void An_operators_rule_goes_before_the_built_in_ones()
    {
        using var folder = new Support.TemporaryFolder();
        var file = Path.Combine(folder.Path, "rules.tsv");
        File.WriteAllText(file, "# ours\nsoft!\tbox (is )?on holiday\ta box of our town hall\ttold by its admin\n");
        var verdict = new Judge(TextRules.WithFile(file)).OfReply(550, "5.1.1", "user unknown, box is on holiday");
        Assert.That((verdict.Kind, verdict.Reason), Is.EqualTo((BounceKind.Soft, "a box of our town hall")));
        Assert.That(verdict.Rule, Does.EndWith("line 2"));
    }

    [TestCase("soft\tonly two", "line 1: expected four columns")]
    [TestCase("dead\ta\tb\tc", "line 1: the verdict is 'dead'")]
    [TestCase("hard\t(a\tb\tc", "line 1: the pattern is not a regular expression")]
    public void A_wrong_rule_is_told_with_its_line(string line, string told)
    {
        using var folder = new Support.TemporaryFolder();
        var file = Path.Combine(folder.Path, "rules.tsv");
        File.WriteAllText(file, line);
        Assert.That(() => TextRules.WithFile(file), Throws.InstanceOf<Worker.Settings.StartException>().With.Message.Contains(told));
    }
}
