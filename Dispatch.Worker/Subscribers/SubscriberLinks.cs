using Dispatch.Worker.Hosting;
using Dispatch.Worker.Privacy;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers;

/// <summary>The addresses on this site that stand in readers' mails.</summary>
public sealed class SubscriberLinks(LinkTokens tokens, IOptions<SiteSettings> site)
{
    public Uri Site => site.Value.Url;

    public Uri Confirm(string token) => new(Site, $"confirm/{token}");

    public Uri Unsubscribe(long subscriberId, int newsletterId) => new(Site, $"unsubscribe/{tokens.Make(LinkKind.Unsubscribe, subscriberId, newsletterId)}");

    public Uri Preferences(long subscriberId, int newsletterId) => new(Site, $"preferences/{tokens.Make(LinkKind.Preferences, subscriberId, newsletterId)}");

    /// <summary>What only robots follow: see <see cref="Subscribers.Canary"/>.</summary>
    public Uri Canary(string confirmationToken) => new(Site, $"confirm/{confirmationToken}/mail");

    /// <summary>The preferences themselves, by a fresh link's token.</summary>
    public Uri Preferences(string freshToken) => new(Site, $"preferences/{freshToken}");

    public Uri NewAddress(string freshToken) => new(Site, $"address/{freshToken}");

    public Uri Newsletter(string slug) => new(Site, $"newsletters/{slug}");

    public Uri Archive(string slug) => new(Site, $"newsletters/{slug}/archive");
    public Uri Issue(string newsletterSlug, string issueSlug) => new(Site, $"newsletters/{newsletterSlug}/issues/{issueSlug}");
}
