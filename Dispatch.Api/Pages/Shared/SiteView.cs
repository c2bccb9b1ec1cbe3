using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Shared;

/// <summary>The site's newsletters for reader pages, fetched once per request.</summary>
public sealed class SiteView(NewsletterDirectory directory, RecentNewsletters recent, IOptions<SiteSettings> settings)
{
    private IReadOnlyList<Newsletter>? newsletters;

    /// <summary>The site's name where no newsletter supplies one.</summary>
    public string Name => settings.Value.Url.IdnHost;

    public Uri Url => settings.Value.Url;

    public async Task<IReadOnlyList<Newsletter>> NewslettersAsync() =>
        newsletters ??= await directory.AllAsync();

    public async Task<Newsletter?> FindAsync(string slug) =>
        (await NewslettersAsync()).FirstOrDefault(newsletter => newsletter.Slug == slug);

    /// <summary>
    /// Lets this request make do with newsletters read up to a second ago. Not for a page that is cached: it would stay out of date.
    /// </summary>
    public async Task UseRecentAsync(CancellationToken cancel) => newsletters = await recent.AllAsync(cancel);

    /// <summary>Reads the newsletters again after a change, and returns one of them.</summary>
    public Task<Newsletter?> FindAgainAsync(string slug)
    {
        newsletters = null;
        return FindAsync(slug);
    }

    /// <summary>Returns the site's newsletter if there is only one, otherwise null.</summary>
    public async Task<Newsletter?> OnlyNewsletterAsync() => await NewslettersAsync() is [var only] ? only : null;

    /// <summary>Returns the newsletter whose language a page falls back to: the page's own newsletter, or the site's first.</summary>
    public async Task<Newsletter?> MainNewsletterAsync(string? slug) =>
        (slug is null ? null : await FindAsync(slug)) ?? (await NewslettersAsync() is [var first, ..] ? first : null);

    /// <summary>Stops this object from querying the database, for a page that reports a failure.</summary>
    public void DoWithoutDatabase() => newsletters = [];
}
