using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Shared;

/// <summary>What every reader page needs to know about the site: its newsletters, fetched once per request.</summary>
public sealed class SiteView(NewsletterDirectory directory, IOptions<SiteSettings> settings)
{
    private IReadOnlyList<Newsletter>? newsletters;

    /// <summary>The site's name where no newsletter supplies one.</summary>
    public string Name => settings.Value.Url.IdnHost;

    public Uri Url => settings.Value.Url;

    public async Task<IReadOnlyList<Newsletter>> NewslettersAsync() =>
        newsletters ??= await directory.AllAsync();

    public async Task<Newsletter?> FindAsync(string slug) =>
        (await NewslettersAsync()).FirstOrDefault(newsletter => newsletter.Slug == slug);

    /// <summary>The newsletter of a site that has just one.</summary>
    public async Task<Newsletter?> OnlyNewsletterAsync() => await NewslettersAsync() is [var only] ? only : null;

    /// <summary>The newsletter whose language a page falls back to: the one it is about, or the site's first.</summary>
    public async Task<Newsletter?> MainNewsletterAsync(string? slug) =>
        (slug is null ? null : await FindAsync(slug)) ?? (await NewslettersAsync() is [var first, ..] ? first : null);

    /// <summary>Stops asking the database: for the page that says that something failed.</summary>
    public void DoWithoutDatabase() => newsletters = [];
}
