using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Deliveries;

/// <summary>Mailboxes of ours that carry a token (<c>bounces+TOKEN@host</c>), so that what comes back says whom it is about.</summary>
public sealed class TokenAddresses(LinkTokens tokens, IOptions<MailSettings> mail)
{
    /// <summary>RFC 2369 §3.2: leaving by mail.</summary>
    public string UnsubscribeByMail(MailboxAddress from, string unsubscribeToken)
    {
        var address = mail.Value.UnsubscribeAddress is { Length: > 0 } set ? set : $"unsubscribe@{from.Domain}";
        return $"mailto:{WithToken(address, unsubscribeToken)}?subject=unsubscribe";
    }

    /// <summary>The envelope's sender (RFC 5321 §3.3): the bounce address with the delivery's token, else the newsletter's own.</summary>
    public string EnvelopeSender(MailboxAddress from, int issueId, long subscriberId) =>
        mail.Value.BounceAddress is { Length: > 0 } bounces ? WithToken(bounces, tokens.Make(LinkKind.Bounce, subscriberId, issueId)) : from.GetAddress(idnEncode: true);

    private static string WithToken(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{token}{address[at..]}";
    }
}
