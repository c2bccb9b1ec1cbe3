using Dispatch.Worker.Privacy;
using MimeKit;

namespace Dispatch.Worker.Mailing;

/// <summary>Our own mailboxes, which receive bounces and requests to unsubscribe.</summary>
/// <param name="Bounces">
/// The envelope sender; <c>bounces@host</c> becomes <c>bounces+TOKEN@host</c>. If empty, the message's From is used.
/// </param>
/// <param name="Unsubscribe">The mailbox for unsubscribing by mail. If empty, only the link is offered.</param>
/// <param name="Complaints">The mailbox for complaints by RFC 9477. If empty, none is offered.</param>
public sealed record ReturnMailboxes(string Bounces, string Unsubscribe, string Complaints = "");

/// <summary>
/// Puts a token into the <see cref="ReturnMailboxes"/> (<c>bounces+TOKEN@host</c>). If a message comes back, the token identifies the
/// reader and the message.
/// </summary>
public sealed class TokenAddresses(LinkTokens tokens, ReturnMailboxes mailboxes)
{
    private readonly ReturnMailboxes mailboxes = new(Ascii(mailboxes.Bounces), Ascii(mailboxes.Unsubscribe));

    /// <summary>
    /// Returns a link for unsubscribing by mail (RFC 2369 §3.2). Returns null if no mailbox for this is configured: nobody would read the
    /// requests, and their senders would believe that they had unsubscribed.
    /// </summary>
    public string? UnsubscribeByMail(string unsubscribeToken) =>
        mailboxes.Unsubscribe.Length > 0 ? $"mailto:{WithToken(mailboxes.Unsubscribe, unsubscribeToken)}?subject=unsubscribe" : null;

    /// <summary>
    /// Returns the envelope sender (RFC 5321 §3.3) for a reader's copy of an issue: the bounce address with a token or, if none is
    /// configured, the newsletter's own address.
    /// </summary>
    public string EnvelopeSender(MailboxAddress from, int issueId, long subscriberId) =>
        mailboxes.Bounces.Length > 0
            ? WithToken(mailboxes.Bounces, tokens.Make(LinkKind.Bounce, subscriberId, issueId))
            : from.GetAddress(idnEncode: true);

    /// <summary>The value of CFBL-Address (RFC 9477 §3), or null if no mailbox for complaints is configured.</summary>
    public string? Complaints { get; } = mailboxes.Complaints.Length > 0 ? $"{Ascii(mailboxes.Complaints)}; report=arf" : null;

    /// <summary>Returns the value of CFBL-Feedback-ID for a reader's copy of an issue: the token of its envelope sender.</summary>
    public string FeedbackId(int issueId, long subscriberId) => tokens.Make(LinkKind.Bounce, subscriberId, issueId);

    /// <summary>Returns the envelope sender for a message to one reader that isn't part of an issue, such as a confirmation.</summary>
    public MailboxAddress EnvelopeSenderOfMail(MailboxAddress from, long subscriberId, long mailId) =>
        SenderWith(from, LinkKind.MailBounce, subscriberId, mailId);

    /// <summary>Returns the envelope sender for a test message. A test goes to several addresses, numbered from 1.</summary>
    public MailboxAddress EnvelopeSenderOfTest(MailboxAddress from, int issueId, int number) =>
        SenderWith(from, LinkKind.TestBounce, issueId, number);

    private MailboxAddress SenderWith(MailboxAddress from, LinkKind kind, long id, long scopeId) =>
        mailboxes.Bounces.Length > 0
            ? new MailboxAddress("", WithToken(mailboxes.Bounces, tokens.Make(kind, id, scopeId)))
            : from;

    // The domain in A-labels: no relay needs SMTPUTF8 for it, and a header field may contain it.
    private static string Ascii(string address) => address.Length > 0 ? MailboxAddress.Parse(address).GetAddress(idnEncode: true) : "";

    private static string WithToken(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{token}{address[at..]}";
    }
}
