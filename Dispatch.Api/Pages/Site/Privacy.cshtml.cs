using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Dispatch.Api.Pages.Site;

/// <summary>
/// The privacy page: what is stored about readers, why and for how long. Its periods and limits come from the code and settings that
/// enforce them.
/// </summary>
public sealed class PrivacyModel(
    SiteView site, IOptions<MailSettings> mail, IOptions<SubscriptionSettings> limits, MailDomains domains) : PageModel
{
    public SubscriptionSettings Limits => limits.Value;

    /// <summary>How long a message stays in the outbox folder, or zero if it is never removed.</summary>
    public TimeSpan KeepPickupFor => mail.Value.KeepPickupFor;

    /// <summary>Whether the site looks up the domains of addresses in DNS.</summary>
    public bool AsksDns => domains.AsksDns;

    /// <summary>The relays through which mail is sent, each host once.</summary>
    public IReadOnlyList<RelayUrl> Relays { get; } =
        [.. mail.Value.AllRelays.Select(relay => RelayUrl.TryParse(relay.Url, out var url, out _) ? url : null)
            .OfType<RelayUrl>().DistinctBy(url => (url.IsPickup, url.Host, url.Tls))];

    public IReadOnlyList<string> Domains { get; } = [.. mail.Value.Dkim.Select(signature => signature.Domain).Distinct()];

    /// <summary>The mailbox responsible for each newsletter.</summary>
    public IReadOnlyList<(Newsletter Newsletter, string Mailbox)> Newsletters { get; private set; } = [];

    public async Task OnGetAsync() => Newsletters =
        [.. (await site.NewslettersAsync()).Select(newsletter =>
            (newsletter, MailboxAddress.Parse(newsletter.ReplyTo is { Length: > 0 } replyTo ? replyTo : newsletter.From).Address))];
}
