using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>The search in a newsletter's archive: a form without script, and its results. Queries are not stored anywhere.</summary>
public sealed class SearchModel(SiteView site, ArchiveSearch search) : PageModel
{
    private const int LastPage = 1000;

    public Newsletter Newsletter { get; private set; } = null!; // set before the page is rendered

    /// <summary>What the reader typed, trimmed. Empty if only the form is shown.</summary>
    public string Query { get; private set; } = "";

    /// <summary>The page of results, from 1.</summary>
    public int Number { get; private set; } = 1;

    public SearchResult Found { get; private set; } = new([], 0);

    public bool HasMore => Number * ArchiveSearch.PageSize < Found.Count;

    public async Task<IActionResult> OnGetAsync(string slug, string? q, string? p, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return NotFound();
        (Newsletter, Query) = (newsletter, (q ?? "").Trim());
        Number = int.TryParse(p, out var number) && number is > 0 and <= LastPage ? number : 1;
        if (Query.Length > ArchiveSearch.LongestQuery)
            Query = Query[..ArchiveSearch.LongestQuery];
        if (Query.Length > 0)
            Found = await search.FindAsync(newsletter, Query, Number, cancel);
        Response.Headers.CacheControl = "no-store"; // queries stay out of caches
        return Page();
    }

    /// <summary>Returns the URL of another page of these results.</summary>
    public string AddressOf(int number) =>
        $"/newsletters/{Newsletter.Slug}/search{new QueryString().Add("q", Query).Add("p", $"{number}")}";
}
