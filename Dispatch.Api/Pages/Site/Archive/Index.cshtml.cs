using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>
/// The archive of a newsletter: every issue that has gone out, by year. A large archive shows its latest years, and has a page for each
/// year.
/// </summary>
public sealed class IndexModel(SiteView site, PublishedIssues issues) : PageModel
{
    // Up to so many issues are on one page. A larger archive shows whole years until there are enough issues on the page.
    private const int MostOnOnePage = 100;
    private const int Enough = 20;

    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered
    public IReadOnlyList<IGrouping<int, PublishedIssue>> Years { get; private set; } = [];

    /// <summary>All years with issues, latest first, for links. Empty if all issues are on this page.</summary>
    public IReadOnlyList<(int Year, int Issues)> AllYears { get; private set; } = [];

    /// <summary>The number of issues in the archive.</summary>
    public int Count { get; private set; }

    /// <summary>The year that the page shows, or null for the archive's first page.</summary>
    public int? Year { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug, int? year, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        var all = await issues.YearsAsync(newsletter, cancel);
        if (year is not null && !all.Any(one => one.Year == year))
            return NotFound();
        (Newsletter, Year, Count) = (newsletter, year, all.Sum(one => one.Issues));
        AllYears = Count > MostOnOnePage || year is not null ? all : [];
        if (all.Count == 0)
            return Page();
        var (first, last) = (year ?? FirstShown(all), year ?? all[0].Year);
        Years = [.. (await issues.OfYearsAsync(newsletter, first, last, cancel)).GroupBy(issue => newsletter.At(issue.At).Year)];
        return Page();
    }

    private int FirstShown(IReadOnlyList<(int Year, int Issues)> all)
    {
        var shown = 0;
        return Count <= MostOnOnePage ? all[^1].Year : all.First(year => (shown += year.Issues) >= Enough).Year;
    }
}
