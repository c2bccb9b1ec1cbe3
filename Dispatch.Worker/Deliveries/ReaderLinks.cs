using Dispatch.Worker.Hosting;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Worker.Deliveries;

/// <summary>The addresses in a reader's mail: pages of the site, and mailboxes that carry a token.</summary>
public sealed class ReaderLinks(LinkTokens tokens, IOptions<SiteSettings> site, IOptions<MailSettings> mail)
{
    public Uri Site => site.Value.Url;
    public Uri Archive(Newsletter newsletter) => new(Site, $"newsletters/{newsletter.Slug}/archive");
    public Uri Unsubscribe(long subscriberId, int newsletterId) => new(Site, "unsubscribe/" + tokens.Make(LinkKind.Unsubscribe, subscriberId, newsletterId));
    public Uri Preferences(long subscriberId, int newsletterId) => new(Site, "preferences/" + tokens.Make(LinkKind.Preferences, subscriberId, newsletterId));

    /// <summary>RFC 2369 §3.2: leaving by mail.</summary>
    public string UnsubscribeByMail(MailboxAddress from, long subscriberId, int newsletterId)
    {
        var address = mail.Value.UnsubscribeAddress is { Length: > 0 } set ? set : $"unsubscribe@{from.Domain}";
        return $"mailto:{WithToken(address, tokens.Make(LinkKind.Unsubscribe, subscriberId, newsletterId))}?subject=unsubscribe";
    }

    /// <summary>The envelope's sender (RFC 5321 §3.3): the bounce address with the delivery's token, else the newsletter's own.</summary>
    public MailboxAddress EnvelopeSender(MailboxAddress from, int issueId, long subscriberId) =>
        mail.Value.BounceAddress is { Length: > 0 } bounces
            ? new MailboxAddress("", WithToken(bounces, tokens.Make(LinkKind.Bounce, subscriberId, issueId)))
            : from;

    /// <summary>RFC 2919: a name that stays the same for the newsletter's life.</summary>
    public string ListId(Newsletter newsletter) => $"{newsletter.Name.Replace("<", "", StringComparison.Ordinal)} <{newsletter.Slug}.{Site.IdnHost}>";

    private static string WithToken(string address, string token)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+{token}{address[at..]}";
    }
}
