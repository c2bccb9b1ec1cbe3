using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Relays;
using MailKit.Net.Smtp;

namespace Dispatch.Tests.Bounces.Verdicts;

/// <summary>
/// What providers and mail servers say in the SMTP conversation. Each row names where they say so: a page of their own where there is one,
/// or else "seen", which means bounces that senders quote. What is about us uses up no reader; a mailbox that is gone is given up.
/// </summary>
public class ProvidersRepliesTests
{
    private const string Google = "Google: knowledge.workspace.google.com, gmail-smtp-errors-and-codes",
        Yahoo = "Yahoo: senders.yahooinc.com/smtp-error-codes",
        Microsoft = "Outlook.com: sendersupport.olc.protection.outlook.com/pm/troubleshooting, the texts seen",
        Exchange = "Microsoft 365: learn.microsoft.com, non-delivery-reports-in-exchange-online", Apple = "Apple: seen",
        Gmx = "United Internet: postmaster.gmx.com/en/error-messages", WebDe = "United Internet: postmaster.web.de/de/fehlermeldungen",
        TOnline = "Telekom: postmaster.t-online.de, 4.1", Orange = "Orange: postmaster.orange.fr, the texts seen",
        LaPoste = "La Poste: seen",
        MailRu = "Mail.ru: seen, with links to help.mail.ru", Yandex = "Yandex: yandex.com/support/mail/bounces/yandex.html",
        Qq = "Tencent: service.mail.qq.com, help no. 20022", NetEase = "NetEase: mail.163.com/help/help_spam_16.htm",
        Sina = "Sina: seen", Coremail = "Coremail: icoremail.vip/support",
        Zoho = "Zoho: seen", Naver = "Naver: seen",
        Comcast = "Comcast: postmaster.comcast.net/mail-error-codes.html",
        Mimecast = "Mimecast: mimecastsupport.zendesk.com, Policies - Mimecast SMTP Error Codes",
        Proofpoint = "Proofpoint: seen", Barracuda = "Barracuda: seen",
        IronPort = "Cisco Secure Email: seen", Spamhaus = "Spamhaus: spamhaus.org, return codes", Postfix = "Postfix: postconf(5)",
        Exim = "Exim: cPanel's ACLs, seen", Qmail = "qmail: chkuser, netqmail",
        Plain = "RFC 5321 4.2.3: 550 for reasons of policy", Domino = "Domino: seen";

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
    [TestCase("550 5.7.27 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate "
        + "with SPF.", Google)]
    [TestCase("550 5.7.29 Your email has been blocked because the connection isn't encrypted with TLS.", Google)]
    [TestCase("553 5.1.7 The sender address isn't a valid RFC 5321 address.", Google)]
    [TestCase("550 5.7.9 This mail has been blocked because the sender is unauthenticated.", Yahoo)]
    [TestCase("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", Exchange)]
    [TestCase("550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to the recipient", Exchange)]
    [TestCase("550 Sender address has null MX", Gmx)]
    [TestCase("554 Transaction failed. Bad DNS PTR resource record.", WebDe)]
    [TestCase("554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for reset. (NOWL)",
        TOnline)]
    [TestCase("554 IP=192.0.2.1 - Dialup/transient IP not allowed. Use a mailgateway or contact toda@rx.t-online.de if obsolete. (DIAL)",
        TOnline)]
    [TestCase("550 5.1.0 Emetteur invalide. Invalid Sender. OFR_415 [415]", Orange, Description = "a 4xx of Orange's that is about us")]
    [TestCase("551 5.1.0 Too many recipients, slow down. LPN004_403", LaPoste)]
    [TestCase("550 Access from ip address 192.0.2.1 blocked. Visit http://mail.ru/notspam/", MailRu)]
    [TestCase("550 Mail is rejected by recipients", Qq)]
    [TestCase("550 RP:DRC 163 smtp5", NetEase)]
    [TestCase("552 Requested mail action aborted: exceeded mailsize limit", Coremail)]
    [TestCase("550 black ip", Sina)]
    [TestCase("552 message rejected by anti-spam engine", Sina)]
    [TestCase("553 host denies the sender", Sina)]
    [TestCase("541 5.4.1 Mail rejected by destination domain. Reason: DMARC policy restrictions", Zoho)]
    [TestCase("553 Relaying disallowed as news@sender.test", Zoho)]
    [TestCase("554 5.7.1 Blocked by DMARC reject - nsmtp", Naver)]
    [TestCase("550 permanent failure for one or more recipients (ana@readers.test:blocked)", Barracuda)]
    [TestCase("554 Denied (Mode: normal)", IronPort)]
    [TestCase("550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)", Exim)]
    [TestCase("550 REJECTED - Bad HELO - Host impersonating [readers.test]", Exim)]
    [TestCase("550 HELO argument does not match calling host", Exim)]
    [TestCase("550 inconsistent or no DNS PTR record for 192.0.2.1 (see RFC 1912 2.1)", Exim)]
    [TestCase("550 Verification failed for <news@sender.test>: the account or domain may not exist, they may be blacklisted, or missing "
        + "the proper dns entries.", Exim)]
    [TestCase("550 message sending for this account is disabled", MailRu, Description = "our own account, at our own relay")]
    [TestCase("553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)", Qmail)]
    [TestCase("550 Message refused", Plain)]
    [TestCase("550 rejected", Plain)]
    [TestCase("550 We don't accept mail from you", Plain)]
    [TestCase("550 Your message was classified as bulk", Plain)]
    [TestCase("554 Too many invalid recipients (user unknown), closing", Plain)]
    [TestCase("550 Nachricht abgelehnt", Plain)]
    [TestCase("550 Accès refusé", Plain)]
    [TestCase("550 Сообщение отклонено", Plain)]
    [TestCase("550 邮件被拒绝", Plain)]
    [TestCase("552 sorry, that message size exceeds my databytes limit (#5.3.4)", Qmail)]
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
    [TestCase("550 5.2.1 The email account that you tried to reach is disabled.", Google)]
    [TestCase("554 30 Sorry, your message to ana@readers.test cannot be delivered. This mailbox is disabled (554.30).", Yahoo)]
    [TestCase("550 Mail refused: no such user", Plain)]
    [TestCase("550 Recipient address rejected: User unknown", Postfix)]
    [TestCase("550 5.1.6 recipient no longer on server: ana@readers.test", Apple)]
    [TestCase("553 Unknown user: ana@readers.test", Coremail)]
    [TestCase("550 5.1.1 Recipient not found - nsmtp", Naver)]
    [TestCase("550 #5.1.0 Address rejected.", IronPort)]
    [TestCase("550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550", Mimecast)]
    [TestCase("511 sorry, no mailbox here by that name (#5.1.1 - chkuser)", Qmail)]
    [TestCase("550 ana@readers.test... User ana (ana@readers.test) not listed in public Name & Address Book", Domino)]
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
    [TestCase("552 5.2.2 The recipient's inbox is out of storage space and inactive.", Google)]
    [TestCase("550 Mailbox unavailable or access denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000727", Qq,
        Description = "the mailbox gets too much mail at the moment")]
    [TestCase("554 5.7.1 Policy rejection on the target address", Yandex, Description = "the provider has blocked the mailbox")]
    [TestCase("554 mail server permanently rejected message: mailbox over quota (#5.2.2)", Qmail)]
    public void A_mailbox_that_is_full_or_closed_for_a_while_counts_as_soft(string said, string source)
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
