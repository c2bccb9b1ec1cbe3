using System.Text;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Tests.Bounces.Reports;

/// <summary>Messages that come back in forms that no standard knows, or that look like reports and are none.</summary>
public class OddReportsTests
{
    private static readonly Judge Judge = new(TextRules.BuiltIn);

    [Test]
    public void Each_recipient_of_a_report_has_a_verdict_of_its_own()
    {
        var said = Classify("""
            From: MAILER-DAEMON@mx.example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            See below.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; gone@example.org
            Action: failed
            Status: 5.1.1

            Final-Recipient: rfc822; full@example.org
            Action: FAILED (mailbox full)
            Status: 5.2.2

            Final-Recipient: rfc822; late@example.org
            Action: delayed
            Status: 4.4.1

            Final-Recipient: rfc822; here@example.org
            Action: relayed
            Status: 2.0.0
            --b--
            """);
        Assert.That(said, Is.EqualTo("gone@example.org hard, full@example.org soft, late@example.org none, here@example.org none"));
    }

    [Test]
    public void Only_the_outermost_report_counts()
    {
        var said = Classify("""
            From: MAILER-DAEMON@mx.example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; outer@example.org
            Action: failed
            Status: 5.2.2
            --b
            Content-Type: message/rfc822

            From: MAILER-DAEMON@inner.example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=c

            --c
            Content-Type: message/delivery-status

            Reporting-MTA: dns; inner.example.org

            Final-Recipient: rfc822; inner@example.org
            Action: failed
            Status: 5.1.1
            --c--
            --b--
            """);
        Assert.That(said, Is.EqualTo("outer@example.org soft"));
    }

    [Test]
    public void A_report_that_lost_its_MIME_fields_on_the_way_is_read_from_its_text()
    {
        var said = Classify("""
            From: MAILER-DAEMON@mx.example.org
            Subject: Undelivered Mail Returned to Sender

            This is a MIME-encapsulated message.

            --xyz/mx.example.org
            Content-Description: Notification

            I'm sorry to have to inform you that your message could not be delivered.

            --xyz/mx.example.org
            Content-Description: Delivery report
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; gone@example.org
            Action: failed
            Status: 5.1.1
            --xyz/mx.example.org--
            """);
        Assert.That(said, Is.EqualTo("gone@example.org hard"));
    }

    [TestCase("utf-8; j\\x{FC}rgen@example.org", "jürgen@example.org", Description = "RFC 6533")]
    [TestCase("rfc822;ana+2Bnews@example.org", "ana+news@example.org", Description = "xtext of RFC 3461")]
    [TestCase("RFC822 ; <ana@example.org>", "ana@example.org")]
    [TestCase("smtp; ana@example.org (Ana)", "ana@example.org")]
    [TestCase("x400; /RFC-822=ana(a)example.org/ADMD= /C=WW/", "ana@example.org")]
    public void A_recipients_address_is_read_in_any_form(string field, string address) =>
        Assert.That(Classify($"""
            From: MAILER-DAEMON@mx.example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: message/global-delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: {field}
            Action: failed
            Status: 5.1.1
            --b--
            """), Is.EqualTo($"{address} hard"));

    // Prose by mail systems, each in its own way
    [TestCase("Delivery to the following recipients failed.\n\n       ana@example.org\n", "ana@example.org soft")]
    [TestCase("Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following "
        + "addresses.\n\n<ana@example.org>:\nUser and password not set, continuing without authentication.\n192.0.2.1 does not like "
        + "recipient.\n"
        + "Remote host said: 550 5.1.1 unknown\n", "ana@example.org hard")]
    [TestCase("A message that you sent could not be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n"
        + "  ana@example.org\n    SMTP error from remote mail server after RCPT TO:<ana@example.org>:\n    host mx [192.0.2.1]: 550 "
        + "no such user\n",
        "ana@example.org hard")]
    [TestCase("The original message was received on Mon, 24 Nov 2026\nfrom relay\n\nYour message to the following recipients cannot be "
        + "delivered:\n\n<ana@example.org>:\n>>> RCPT TO:<ana@example.org>\n<<< 452 4.2.2 Mailbox full.\n", "ana@example.org soft")]
    [TestCase("Ihre Nachricht konnte nicht zugestellt werden an:\n\n   ana@example.org\n\nDas Postfach ist voll.\n", "ana@example.org "
        + "soft")]
    [TestCase("Votre message n'a pas pu être remis à :\n\n<ana@example.org>\n\nUtilisateur inconnu\n", "ana@example.org hard")]
    [TestCase("No se pudo entregar el mensaje a:\n\nana@example.org\n\nEl usuario no existe\n", "ana@example.org hard")]
    [TestCase("Impossibile recapitare il messaggio a:\nana@example.org\nUtente sconosciuto\n", "ana@example.org hard")]
    [TestCase("Não foi possível entregar a mensagem para:\nana@example.org\nUsuário desconhecido\n", "ana@example.org hard")]
    [TestCase("Nie można dostarczyć wiadomości do:\nana@example.org\nUżytkownik nie istnieje\n", "ana@example.org hard")]
    [TestCase("Ваше письмо не может быть доставлено получателю:\n\nana@example.org\n\nПользователь не найден\n", "ana@example.org hard")]
    [TestCase("您的邮件无法投递到以下收件人:\n\nana@example.org\n\n用户不存在\n", "ana@example.org hard")]
    [TestCase("次の宛先にメールを配信できませんでした。\n\nana@example.org\n\nユーザが存在しません\n", "ana@example.org hard")]
    [TestCase("The message could not be delivered to ana@example.org: the address does not exist.\n\nCONFIDENTIALITY NOTICE: this message "
        + "may be confidential. Access by others is prohibited as a matter of policy.\n", "ana@example.org hard")]
    [TestCase("İletiniz teslim edilemedi:\n\nana@example.org\nBöyle bir adres yok\n", "ana@example.org hard")]
    [TestCase("메일을 전송할 수 없습니다.\n\nana@example.org\n존재하지 않는 메일 주소입니다.\n", "ana@example.org hard")]
    [TestCase("The message could not be delivered yet.\nDelivery attempts will continue for 3 days:\n\nana@example.org\n",
        "ana@example.org none")]
    [TestCase("Die Nachricht konnte noch nicht zugestellt werden, sie wird weiter versucht:\n\nana@example.org\n", "ana@example.org none")]
    public void Prose_by_a_mail_system_is_a_report(string text, string expected) =>
        Assert.That(Classify($"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: bounces@sender.test\nSubject: failure notice\n"
            + $"Content-Type: text/plain; charset=utf-8\n\n{text}\n--- Below this line is a copy of the message.\n\n"
            + "Return-Path: <bounces@sender.test>\nTo: other@example.org\n"), Is.EqualTo(expected));

    [TestCase("Automatic reply: The Gazette")]
    [TestCase("Abwesenheitsnotiz: The Gazette")]
    [TestCase("Réponse automatique : The Gazette")]
    [TestCase("Respuesta automática: The Gazette")]
    [TestCase("Risposta automatica: The Gazette")]
    [TestCase("Автоответ: The Gazette")]
    [TestCase("自动回复：The Gazette")]
    [TestCase("不在通知")]
    [TestCase("Quarantine digest for ana@example.org")]
    public void A_subject_that_says_so_is_an_automatic_reply(string subject) =>
        Assert.That(Classify($"Return-Path: <ana@example.org>\nFrom: Ana <ana@example.org>\nSubject: {subject}\n"
            + "Content-Type: text/plain; charset=utf-8\n\nI am away. Nothing is undeliverable, 550 5.1.1 user unknown is only a joke.\n"),
            Is.EqualTo("- auto-reply"));

    [Test]
    public void A_person_who_quotes_a_report_has_sent_none() =>
        Assert.That(Classify("""
            Return-Path: <ana@example.org>
            From: Ana <ana@example.org>
            In-Reply-To: <1@sender.test>
            Subject: Re: Mail delivery failed: returning message to sender

            I got this, why?
            > 550 5.1.1 <lost@example.org>: user unknown
            """), Is.EqualTo("- none"));

    [TestCase("Ben <ben@example.org>")]
    [TestCase("ben@example.org")]
    public void A_person_who_writes_about_a_failure_has_sent_none(string from) =>
        Assert.That(Classify($"""
            Return-Path: <ben@example.org>
            From: {from}
            Subject: Mail delivery problem

            Your newsletter could not be delivered to my friend lost@example.org, he got: 550 5.1.1 user unknown.
            """), Is.EqualTo("- none"));

    [TestCase("Content-Type: multipart/report; report-type=delivery-status")]
    [TestCase("Content-Type: multipart/report; report-type=delivery-status; boundary=other")]
    public void A_report_whose_boundary_is_lost_or_wrong_is_read(string type) =>
        Assert.That(Classify($"""
            From: MAILER-DAEMON@mx.example.org
            {type}

            --b
            Content-Type: text/plain

            Delivery failed.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Final-Recipient: rfc822; gone@example.org
            Action: failed
            Status: 5.1.1
            --b--
            """), Is.EqualTo("gone@example.org hard"));

    [Test]
    public void A_status_without_an_address_is_about_the_recipient_of_the_returned_message() =>
        Assert.That(Classify("""
            From: MAILER-DAEMON@mx.example.org
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org

            Action: failed
            Status: 5.1.1
            --b
            Content-Type: message/rfc822

            From: news@sender.test
            To: <gone@example.org>
            --b--
            """), Is.EqualTo("gone@example.org hard"));

    // A person may attach a report or paste it, a mail system may have lost its MIME fields
    [TestCase("Ana <ana@example.org>", "ana@example.org", "- none")]
    [TestCase("MAILER-DAEMON@mx.example.org", "", "gone@example.org hard")]
    public void A_status_within_a_letter_is_not_the_letters_own(string from, string sender, string expected)
    {
        const string Status = "Final-Recipient: rfc822; gone@example.org\nAction: failed\nStatus: 5.1.1\n";
        var head = $"Return-Path: <{sender}>\nFrom: {from}\nSubject: Your address\n";
        Assert.That(Classify($"{head}\nLook what came back, it says undeliverable:\n\n{Status}"), Is.EqualTo(expected));
        Assert.That(Classify($"{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nLook.\n--b\n"
            + $"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{Status}--b--\n"), Is.EqualTo(expected));
    }

    [TestCase("Kim Bouncer <kim@example.org>")]
    [TestCase("Kim <kim@smtp.example.org>")]
    [TestCase("Kim Post <postmaster@example.org>")]
    public void A_person_whose_name_or_host_sounds_like_a_mail_system_writes_letters(string from) =>
        Assert.That(Classify($"Return-Path: <kim@example.org>\nFrom: {from}\nSubject: A question\n\n"
            + "My mailbox was full, and lost@example.org was unknown: user unknown.\n"), Is.EqualTo("- none"));

    [TestCase("Undeliverable: The train is delayed", "Delivery has failed:\n\nana@example.org\nNo such user.\n\n"
        + "Subject: The train is delayed", "ana@example.org hard")]
    [TestCase("Undelivered: User unknown", "Your message could not be delivered to:\n\nana@example.org\nThe mailbox is full.\n\n"
        + "Subject: User unknown", "ana@example.org soft")]
    public void The_subject_of_our_message_says_nothing_of_its_fate(string subject, string text, string expected) =>
        Assert.That(Classify($"Return-Path: <>\nFrom: postmaster@example.org\nSubject: {subject}\n\n{text}\n"), Is.EqualTo(expected));

    [Test]
    public void A_list_that_holds_a_message_for_its_moderator_has_not_refused_it() =>
        Assert.That(Classify("""
            From: readers-bounces@lists.example.org
            Subject: Your message to Readers awaits moderator approval

            Your mail to 'Readers' is being held until the list moderator can review it for approval.
            The reason it is being held: Post by non-member to a members-only list
            """), Is.EqualTo("- auto-reply"));

    [Test]
    public void A_report_of_SpamCop_is_a_complaint() =>
        Assert.That(Classify("""
            From: 7312345678@reports.example.net
            Subject: [SpamCop (192.0.2.7) id:7312345678]The Gazette

            [ Offending message ]
            Message-ID: <i1@sender.test>
            To: x
            """), Is.EqualTo("- complaint"));

    [Test]
    public void A_feedback_report_that_a_gateway_has_made_an_attachment_is_a_complaint() =>
        Assert.That(Classify("""
            From: fbl@provider.example
            Content-Type: multipart/mixed; boundary=b

            --b

            Complaint
            --b
            Content-Type: application/octet-stream; name="report.txt"

            Feedback-Type: abuse
            User-Agent: Any/1
            Version: 1
            Original-Rcpt-To: ana@example.org
            --b--
            """), Is.EqualTo("ana@example.org complaint"));

    [TestCase("abuse", "complaint")]
    [TestCase("Fraud", "complaint")]
    [TestCase("opt-out", "complaint")]
    [TestCase("not-spam", "none")]
    [TestCase("auth-failure", "none")]
    public void A_feedback_report_is_what_its_type_says(string type, string kind) =>
        Assert.That(Classify($"""
            From: fbl@provider.example
            Content-Type: multipart/report; report-type=feedback-report; boundary=b

            --b

            This is a report.
            --b
            Content-Type: message/feedback-report

            Feedback-Type: {type}
            User-Agent: Any/1
            Version: 1
            Original-Rcpt-To: <ana@example.org>
            --b
            Content-Type: text/rfc822-headers

            To: redacted@example.org
            --b--
            """), Is.EqualTo($"ana@example.org {kind}"));

    private static string Classify(string message) => string.Join(", ",
        MailVerdicts.Of(ReportReader.Read(Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"))), Judge).Recipients
            .Select(one => $"{one.Address ?? "-"} {Verdict.Word(one.Verdict.Kind)}"));
}
