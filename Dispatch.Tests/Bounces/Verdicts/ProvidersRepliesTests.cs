using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Relays;
using MailKit.Net.Smtp;

namespace Dispatch.Tests.Bounces.Verdicts;

/// <summary>
/// What the big providers say in the SMTP conversation, from their own pages where they have some. What is about us uses up no reader;
/// a mailbox that is gone is given up.
/// </summary>
public class ProvidersRepliesTests
{
    private const string Google = "Google: support.google.com/a/answer/3726730", Yahoo = "Yahoo: senders.yahooinc.com/smtp-error-codes",
        Microsoft = "Outlook.com: sendersupport.olc.protection.outlook.com/pm/troubleshooting",
        Exchange = "Microsoft 365: learn.microsoft.com, non-delivery-reports-in-exchange-online", Apple = "Apple: support.apple.com/102322",
        Gmx = "United Internet: postmaster.gmx.net/en/error-messages", Orange = "Orange: postmaster.orange.fr",
        MailRu = "Mail.ru: help.mail.ru/mail/mailer/popular", Yandex = "Yandex: yandex.com/support/mail/bounces/yandex.html",
        Qq = "Tencent: service.mail.qq.com, error codes", NetEase = "NetEase: mail.163.com/help/help_spam_16.htm",
        Comcast = "Comcast: postmaster.comcast.net/mail-error-codes.html", Mimecast = "Mimecast: Policies - Mimecast SMTP Error Codes",
        Proofpoint = "Proofpoint: ipcheck.proofpoint.com", Barracuda = "Barracuda: barracudacentral.org/lookups",
        Spamhaus = "Spamhaus: spamhaus.org, return codes", Postfix = "Postfix: postconf(5)";

    [TestCase("550 5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to "
        + "authenticate", Google)]
    [TestCase("550 5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, "
        + "this message has been blocked.", Google)]
    [TestCase("550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibited the mail that you sent.",
        Google)]
    [TestCase("550 5.7.1 Messages missing a valid Message-ID header are not accepted.", Google)]
    [TestCase("550 5.7.25 The IP address sending this message does not have a PTR record setup", Google)]
    [TestCase("550 5.4.5 Daily user sending limit exceeded.", Google)]
    [TestCase("552 5.3.4 Your message exceeded Google's message size limits.", Google)]
    [TestCase("552 5.7.0 This message was blocked because its content presents a potential security issue.", Google)]
    [TestCase("555 5.5.2 Syntax error, goodbye.", Google)]
    [TestCase("530 5.7.0 Must issue a STARTTLS command first.", Google)]
    [TestCase("550 5.7.1 The IP you're using to send mail is not authorized to send email directly to our servers.", Google)]
    [TestCase("554 5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes", Yahoo)]
    [TestCase("553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list", Yahoo)]
    [TestCase("553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.", Yahoo)]
    [TestCase("554 Message not allowed - [PH01] Email not accepted for policy reasons.", Yahoo)]
    [TestCase("550 SC-001 (BAY004) Unfortunately, messages from 192.0.2.1 weren't sent. Please contact your Internet service provider "
        + "since "
        + "part of their network is on our block list (S3150).", Microsoft)]
    [TestCase("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since "
        + "part of "
        + "their network is on our block list (S3140).", Microsoft)]
    [TestCase("550 DY-001 (BAY004) Unfortunately, messages from 192.0.2.1 weren't sent. We generally do not accept email from dynamic IP's "
        + "as they are not typically used to deliver unauthenticated SMTP email to an Internet mail server.", Microsoft)]
    [TestCase("550 5.7.515 Access denied, sending domain SENDER.TEST does not meet the required authentication level.", Microsoft)]
    [TestCase("550 5.7.606 Access denied, banned sending IP [192.0.2.1].", Exchange)]
    [TestCase("550 5.7.708 Access denied, traffic not accepted from this IP.", Exchange)]
    [TestCase("550 5.7.23 The message was rejected because of Sender Policy Framework violation", Exchange)]
    [TestCase("550 5.7.64 TenantAttribution; Relay Access Denied", Exchange)]
    [TestCase("550 5.7.511 Access denied, banned sender[192.0.2.1].", Exchange)]
    [TestCase("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", Exchange)]
    [TestCase("550 5.7.509 Access denied, sending domain SENDER.TEST does not pass DMARC verification", Exchange)]
    [TestCase("550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137", Apple)]
    [TestCase("554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137", Apple)]
    [TestCase("550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL", Apple)]
    [TestCase("554 gmx.net (mxgmx104) Nemesis ESMTP Service not available. No SMTP service. IP address is block listed.", Gmx)]
    [TestCase("550 Reject due to SPF policy. The originating IP of the message is not permitted by the domain owner", Gmx)]
    [TestCase("554 Transaction failed. Reject due to policy restrictions.", Gmx)]
    [TestCase("501 Syntax error in parameters or arguments", Gmx)]
    [TestCase("552 Requested mail action aborted: exceeded message size limit", Gmx)]
    [TestCase("550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]", Orange)]
    [TestCase("550 5.7.0 Service refuse. Your IP is blacklisted. OFR005_504 [504]", Orange)]
    [TestCase("550 spam message rejected. Please visit https://help.mail.ru/notspam-support", MailRu)]
    [TestCase("550 5.7.1 This message was not accepted due to domain owner DMARC policy (RFC 7489) https://help.mail.ru/mail/dmarc",
        MailRu)]
    [TestCase("554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc", Yandex)]
    [TestCase("554 5.7.1 Client host [192.0.2.1] blocked using; see https://yandex.com/support/mail/spam", Yandex)]
    [TestCase("550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725", Qq)]
    [TestCase("550 Domain frequency limited", Qq)]
    [TestCase("550 Connection frequency limited", Qq)]
    [TestCase("550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726", Qq)]
    [TestCase("550 Error: content rejected.", Qq)]
    [TestCase("550 SPF check failed", Qq)]
    [TestCase("554 DT:SPM 163 mx1,D8CowECpQ2,please see http://mail.163.com/help/help_spam_16.htm", NetEase)]
    [TestCase("550 MI:SPF mx12 does not designate as permitted sender", NetEase)]
    [TestCase("554 MI:DMA the domain's DMARC policy doesn't allow this message", NetEase)]
    [TestCase("554 resimta-po-04v.sys.comcast.net comcast 192.0.2.1 found on one or more DNSBLs, see "
        + "http://postmaster.comcast.net/smtp-error-codes.php#BL000001", Comcast)]
    [TestCase("550 5.2.0 comcast BL000010 Blocked for spam. Please see http://postmaster.comcast.net/smtp-error-codes.php#BL000010",
        Comcast)]
    [TestCase("550 Rejected by header based Anti-Spoofing policy", Mimecast)]
    [TestCase("554 Email rejected due to security policies", Mimecast)]
    [TestCase("550 Rejected by header based manually Blocked Senders", Mimecast)]
    [TestCase("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", Proofpoint)]
    [TestCase("550 5.7.0 Local Policy Violation", Proofpoint)]
    [TestCase("554 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation; "
        + "http://www.barracudanetworks.com/reputation/?r=1", Barracuda)]
    [TestCase("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; "
        + "https://www.spamhaus.org/query/ip/192.0.2.1",
        Spamhaus)]
    [TestCase("554 5.7.1 Relay access denied", Postfix)]
    [TestCase("504 5.5.2 <host>: Helo command rejected: need fully-qualified hostname", Postfix)]
    [TestCase("550 5.1.8 Sender address rejected: Domain not found", Postfix)]
    [TestCase("550 5.1.0 Sender address rejected: User unknown in virtual mailbox table", Postfix)]
    public void What_is_about_us_uses_up_no_reader(string said, string source)
    {
        var (verdict, isAboutUs) = Judged(said);
        Assert.That(verdict.Kind, Is.EqualTo(BounceKind.Policy), $"{source}: {verdict.Rule}");
        Assert.That(isAboutUs, Is.True, $"{source}: it counts among the refusals that pause an issue");
    }

    [TestCase("550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address for typos",
        Google)]
    [TestCase("554 delivery error: dd This user doesn't have a yahoo.com account (-5) [0]", Yahoo)]
    [TestCase("552 1 Requested mail action aborted, mailbox not found", Yahoo)]
    [TestCase("550 5.5.0 Requested action not taken: mailbox unavailable", Microsoft)]
    [TestCase("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", Exchange)]
    [TestCase("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", Exchange)]
    [TestCase("550 5.1.1 <ana@readers.test>: user does not exist", Apple)]
    [TestCase("550 Requested action not taken: mailbox unavailable", Gmx)]
    [TestCase("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]", Orange)]
    [TestCase("550 Message was not accepted -- invalid mailbox.  Local mailbox ana@readers.test is unavailable: user not found", MailRu)]
    [TestCase("550 5.7.1 No such user!", Yandex)]
    [TestCase("550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728", Qq)]
    [TestCase("550 User not found: ana@readers.test", NetEase)]
    [TestCase("550 5.1.1 Not our Customer", Comcast)]
    [TestCase("550 5.1.1 <ana@readers.test>: Recipient address rejected: User unknown in virtual mailbox table", Postfix)]
    public void A_mailbox_that_is_gone_is_given_up(string said, string source)
    {
        var (verdict, isAboutUs) = Judged(said);
        Assert.That(verdict.Kind, Is.EqualTo(BounceKind.Hard), $"{source}: {verdict.Rule}");
        Assert.That(isAboutUs, Is.False, source);
    }

    [TestCase("552 5.2.2 The email account that you tried to reach is over quota and inactive.", Google)]
    [TestCase("552 5.2.2 Mailbox size limit exceeded", Yandex)]
    [TestCase("552 5.2.2 user is over quota", Apple)]
    [TestCase("550 5.2.2 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", Orange)]
    [TestCase("550 5.2.2 STOREDRV.Deliver; mailbox full. The recipient's mailbox is full", Exchange)]
    [TestCase("554 5.2.2 mailbox full", Yahoo)]
    public void A_mailbox_that_is_full_counts_as_soft(string said, string source)
    {
        var (verdict, isAboutUs) = Judged(said);
        Assert.That(verdict.Kind, Is.EqualTo(BounceKind.Soft), $"{source}: {verdict.Rule}");
        Assert.That(isAboutUs, Is.False, source);
    }

    private static (Verdict, bool IsAboutUs) Judged(string said)
    {
        var reply = Replies.Of(new SmtpResponse((SmtpStatusCode)int.Parse(said[..3], provider: null), said[4..]), "ana@readers.test");
        return (new Judge(TextRules.BuiltIn).OfReply(reply.Code, reply.EnhancedCode, reply.Text), ProviderAnswers.IsAboutUs(reply));
    }
}
