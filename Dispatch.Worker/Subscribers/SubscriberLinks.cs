using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers;

/// <summary>The URLs of this site that appear in messages to readers.</summary>
public sealed class SubscriberLinks(LinkTokens tokens, IOptions<SiteSettings> settings)
{
    private readonly string site = settings.Value.Url.AbsoluteUri;

    public Uri Site => settings.Value.Url;

    public Uri Confirm(string token) => new(Site, $"confirm/{token}");

    public Uri Unsubscribe(long subscriberId, int newsletterId) => new(UnsubscribeUrl(UnsubscribeToken(subscriberId, newsletterId)));

    public Uri Preferences(long subscriberId, int newsletterId) => new(PreferencesUrl(PreferencesToken(subscriberId, newsletterId)));

    /// <summary>Returns the URL as text, for callers that make thousands per second.</summary>
    public string UnsubscribeUrl(string token) => $"{site}unsubscribe/{token}";

    /// <inheritdoc cref="UnsubscribeUrl"/>
    public string PreferencesUrl(string token) => $"{site}preferences/{token}";

    public string UnsubscribeToken(long subscriberId, int newsletterId) => tokens.Make(LinkKind.Unsubscribe, subscriberId, newsletterId);

    public string PreferencesToken(long subscriberId, int newsletterId) => tokens.Make(LinkKind.Preferences, subscriberId, newsletterId);

    /// <summary>Returns the hidden link that only robots follow (<see cref="Confirmations.HoneypotLink"/>).</summary>
    public Uri HoneypotLink(string confirmationToken) => new(Site, $"confirm/{confirmationToken}/mail");

    /// <summary>Returns the link to the preferences page itself, with the token of a one-time link.</summary>
    public Uri Preferences(string freshToken) => new(Site, $"preferences/{freshToken}");

    public Uri NewAddress(string freshToken) => new(Site, $"address/{freshToken}");

    public Uri Newsletter(string slug) => new(Site, $"newsletters/{slug}");

    public Uri Archive(string slug) => new(Site, $"newsletters/{slug}/archive");
    public Uri Issue(string newsletterSlug, string issueSlug) => new(Site, $"newsletters/{newsletterSlug}/issues/{issueSlug}");
}
