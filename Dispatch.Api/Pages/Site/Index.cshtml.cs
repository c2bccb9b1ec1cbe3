using Dispatch.Api.Pages.Shared;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site;

/// <summary>The site's first page: its only newsletter, or a list of its newsletters.</summary>
public sealed class IndexModel(SiteView site, FrontPages fronts) : PageModel
{
    public IReadOnlyList<FrontPage> Fronts { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var found = new List<FrontPage>();
        foreach (var newsletter in await site.NewslettersAsync())
            found.Add(await fronts.OfAsync(newsletter, cancel));
        Fronts = found;
    }
}
