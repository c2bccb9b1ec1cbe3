using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Shared;

/// <summary>What every reader page needs to know of the site: its newsletters, asked for once a request.</summary>
public sealed class SiteView(NewsletterDirectory directory, IOptions<SiteSettings> settings)
{
    private IReadOnlyList<Newsletter>? newsletters;

    /// <summary>What the site is called where no newsletter gives its name.</summary>
    public string Name => settings.Value.Url.IdnHost;

    public Uri Url => settings.Value.Url;

    public async Task<IReadOnlyList<Newsletter>> NewslettersAsync() =>
        newsletters ??= await directory.AllAsync();

    public async Task<Newsletter?> FindAsync(string slug) =>
        (await NewslettersAsync()).FirstOrDefault(newsletter => newsletter.Slug == slug);

    /// <summary>The newsletter of a site that has just one.</summary>
    public async Task<Newsletter?> OnlyNewsletterAsync() => await NewslettersAsync() is [var only] ? only : null;

    /// <summary>The newsletter whose language a page falls back to: the one it is about, else the site's first.</summary>
    public async Task<Newsletter?> MainNewsletterAsync(string? slug) =>
        (slug is null ? null : await FindAsync(slug)) ?? (await NewslettersAsync() is [var first, ..] ? first : null);

    /// <summary>From here on the database is not asked any more: for the page that says that something failed.</summary>
    public void DoWithoutDatabase() => newsletters = [];
}
