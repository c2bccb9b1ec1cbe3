using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Newsletters;

/// <summary>The newsletters of this site.</summary>
public sealed class NewslettersModel(SiteView site, Slots slots) : PageModel
{
    public IReadOnlyList<(Newsletter Newsletter, DateTimeOffset? Next)> Newsletters { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var all = new List<(Newsletter, DateTimeOffset?)>();
        foreach (var newsletter in await site.NewslettersAsync())
            all.Add((newsletter, await slots.UpcomingAsync(newsletter, 1, cancel) is [var next, ..] ? next.At : null));
        Newsletters = all;
    }
}
