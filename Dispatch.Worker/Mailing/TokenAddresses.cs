using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Mailboxes of ours that carry a token (<c>bounces+TOKEN@host</c>), so that what comes back says whom and what it is about.
/// </summary>
public sealed class TokenAddresses(LinkTokens tokens, IOptions<MailSettings> mail)
{
    /// <summary>RFC 2369 §3.2: leaving by mail. Null where nobody reads such mail: whoever had written would believe to be out.</summary>
    public string? UnsubscribeByMail(string unsubscribeToken) =>
        mail.Value.UnsubscribeAddress is { Length: > 0 } address
            ? $"mailto:{WithToken(address, unsubscribeToken)}?subject=unsubscribe"
            : null;

    /// <summary>
    /// The envelope's sender (RFC 5321 §3.3) of a reader's copy of an issue: the bounce address with its token, else the newsletter's
    /// own.
    /// </summary>
    public string EnvelopeSender(MailboxAddress from, int issueId, long subscriberId) =>
        mail.Value.BounceAddress is { Length: > 0 } bounces
            ? WithToken(bounces, tokens.Make(LinkKind.Bounce, subscriberId, issueId))
            : from.GetAddress(idnEncode: true);

    /// <summary>The same of a mail to one reader outside any issue.</summary>
    public MailboxAddress EnvelopeSenderOf(SubscriberMail sent, MailboxAddress from) =>
        SenderWith(from, LinkKind.MailBounce, sent.SubscriberId, sent.Id);

    /// <summary>The same of a test, which goes to several addresses: the number says to which, from 1.</summary>
    public MailboxAddress EnvelopeSenderOfTest(int issueId, int number, MailboxAddress from) =>
        SenderWith(from, LinkKind.TestBounce, issueId, number);

    private MailboxAddress SenderWith(MailboxAddress from, LinkKind kind, long id, long scopeId) =>
        mail.Value.BounceAddress is { Length: > 0 } bounces
            ? new MailboxAddress("", WithToken(bounces, tokens.Make(kind, id, scopeId)))
            : from;

    private static string WithToken(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{token}{address[at..]}";
    }
}
