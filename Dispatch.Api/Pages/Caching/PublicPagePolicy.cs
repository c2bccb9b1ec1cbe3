using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Photos;
using Microsoft.AspNetCore.OutputCaching;

namespace Dispatch.Api.Pages.Caching;

/// <summary>
/// Decides what ASP.NET's output cache may keep: public pages for <see cref="FinishedPages"/>, by language and mark, and pictures that
/// everybody may see. A picture whose file is gone is not served from the cache.
/// </summary>
internal sealed class PublicPagePolicy : IOutputCachePolicy
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const string Media = "/media/";

    /// <summary>Whether a request asks for a whole picture, by a URL without a key.</summary>
    public static bool IsForPicture(HttpContext http) => HttpMethods.IsGet(http.Request.Method)
        && http.Request.Path.Value is { } path && path.StartsWith(Media, StringComparison.Ordinal)
        && !http.Request.Query.ContainsKey(IssueAddresses.Key) && http.Request.Headers.Range.Count == 0;

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        context.CacheVaryByRules.VaryByHost = false; // a page's links contain the host of Site:PublicUrl
        if (http.Features.Get<PageToCache>() is { Marks: { } marks, Page: var page } && marks.OfPage(page) is { } mark)
        {
            Enable(context);
            context.CacheVaryByRules.VaryByValues["mark"] = $"{marks.App} {mark}";
            context.CacheVaryByRules.VaryByValues["language"] = ReaderTexts.WishOf(http.Request);
            context.Tags.Add(marks.TagOf(page));
        }
        else if (IsForPicture(http) && http.RequestServices.GetRequiredService<MediaFolder>() is var media
            && media.Contains(http.Request.Path.Value![Media.Length..]))
        {
            Enable(context);
            context.CacheVaryByRules.VaryByValues["folder"] = media.Folder;
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var response = context.HttpContext.Response;
        if (response.StatusCode != StatusCodes.Status200OK || response.Headers.SetCookie.Count > 0
            || (IsForPicture(context.HttpContext)
                && !response.Headers.CacheControl.ToString().StartsWith("public", StringComparison.Ordinal)))
            context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }

    private static void Enable(OutputCacheContext context)
    {
        context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = context.AllowLocking = true;
        context.ResponseExpirationTimeSpan = Longest;
    }
}

/// <summary>A page that <see cref="FinishedPages"/> wants rendered for everybody.</summary>
/// <param name="Page">The page.</param>
/// <param name="Marks">The marks under which it may be cached, or null if they are not known yet.</param>
internal sealed record PageToCache(PublicPage Page, CurrentMarks? Marks);
