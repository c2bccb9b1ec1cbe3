using Dispatch.Worker.Privacy;
using MimeKit;

namespace Dispatch.Worker.Mailing;

/// <summary>Our mailboxes that mail comes back to.</summary>
/// <param name="Bounces">Envelope sender; <c>bounces@host</c> becomes <c>bounces+TOKEN@host</c>. Empty: the mail's From.</param>
/// <param name="Unsubscribe">For unsubscribing by mail. Empty: only the link is offered.</param>
public sealed record ReturnMailboxes(string Bounces, string Unsubscribe);

/// <summary>
/// The <see cref="ReturnMailboxes"/> with a token in them (<c>bounces+TOKEN@host</c>), so that returning mail says whom and what it is
/// about.
/// </summary>
public sealed class TokenAddresses(LinkTokens tokens, ReturnMailboxes mailboxes)
{
    /// <summary>RFC 2369 §3.2: unsubscribing by mail. Null where nobody reads such mail: senders would believe they were out.</summary>
    public string? UnsubscribeByMail(string unsubscribeToken) =>
        mailboxes.Unsubscribe.Length > 0 ? $"mailto:{WithToken(mailboxes.Unsubscribe, unsubscribeToken)}?subject=unsubscribe" : null;

    /// <summary>
    /// The envelope sender (RFC 5321 §3.3) for a reader's copy of an issue: the bounce address with its token, else the newsletter's own
    /// address.
    /// </summary>
    public string EnvelopeSender(MailboxAddress from, int issueId, long subscriberId) =>
        mailboxes.Bounces.Length > 0
            ? WithToken(mailboxes.Bounces, tokens.Make(LinkKind.Bounce, subscriberId, issueId))
            : from.GetAddress(idnEncode: true);

    /// <summary>The same for a mail to one reader outside any issue.</summary>
    public MailboxAddress EnvelopeSenderOfMail(MailboxAddress from, long subscriberId, long mailId) =>
        SenderWith(from, LinkKind.MailBounce, subscriberId, mailId);

    /// <summary>The same for a test, which goes to several addresses: the number says to which, from 1.</summary>
    public MailboxAddress EnvelopeSenderOfTest(MailboxAddress from, int issueId, int number) =>
        SenderWith(from, LinkKind.TestBounce, issueId, number);

    private MailboxAddress SenderWith(MailboxAddress from, LinkKind kind, long id, long scopeId) =>
        mailboxes.Bounces.Length > 0
            ? new MailboxAddress("", WithToken(mailboxes.Bounces, tokens.Make(kind, id, scopeId)))
            : from;

    private static string WithToken(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{token}{address[at..]}";
    }
}
