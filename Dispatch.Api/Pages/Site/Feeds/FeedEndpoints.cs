using System.Security.Cryptography;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>Serves the archive to feed readers: the latest issues in full, under URLs that identify no reader.</summary>
internal static class FeedEndpoints
{
    private const int Issues = 20;

    public static void MapFeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/newsletters/{slug}/feed.xml", ["GET", "HEAD"], AtomAsync).ExcludeFromDescription();
        routes.MapMethods("/newsletters/{slug}/feed.json", ["GET", "HEAD"], JsonAsync).ExcludeFromDescription();
        // Where feed readers and people look for a feed by habit.
        foreach (var habit in new[] { "rss", "feed" })
        {
            routes.MapMethods($"/{habit}", ["GET", "HEAD"], MainAsync).ExcludeFromDescription();
            routes.MapMethods($"/newsletters/{{slug}}/{habit}", ["GET", "HEAD"], OfAsync).ExcludeFromDescription();
        }
    }

    // Not permanent: another newsletter may become the site's first.
    private static async Task<Results<RedirectHttpResult, NotFound>> MainAsync(SiteView site) =>
        await site.MainNewsletterAsync(null) is { } newsletter
            ? TypedResults.Redirect($"/newsletters/{newsletter.Slug}/feed.xml") : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, NotFound>> OfAsync(string slug, SiteView site) =>
        await site.FindAsync(slug) is { } newsletter
            ? TypedResults.Redirect($"/newsletters/{newsletter.Slug}/feed.xml", permanent: true) : TypedResults.NotFound();

    private static async Task<Results<FileContentHttpResult, NotFound>> AtomAsync(
        string slug, SiteView site, PublishedIssues issues, Corrections corrections, IssueAddresses addresses, CancellationToken cancel) =>
        await FeedAsync(slug, site, issues, corrections, addresses, cancel) is { } feed
            ? Answer(AtomFeed.Write(feed), "application/atom+xml; charset=utf-8", feed) : TypedResults.NotFound();

    private static async Task<Results<FileContentHttpResult, NotFound>> JsonAsync(
        string slug, SiteView site, PublishedIssues issues, Corrections corrections, IssueAddresses addresses, CancellationToken cancel) =>
        await FeedAsync(slug, site, issues, corrections, addresses, cancel) is { } feed
            ? Answer(JsonFeed.Write(feed), "application/feed+json; charset=utf-8", feed) : TypedResults.NotFound();

    private static async Task<Feed?> FeedAsync(
        string slug, SiteView site, PublishedIssues issues, Corrections corrections, IssueAddresses addresses, CancellationToken cancel)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return null;
        var latest = await issues.LatestTextsAsync(newsletter, Issues, cancel);
        var notes = await corrections.OfAsync([.. latest.Select(text => text.Issue.Id)], cancel);
        return new Feed(newsletter, site.Url, [.. latest.Select(text =>
        {
            var page = addresses.Of(newsletter, text.Issue.Id, text.Issue.Slug, archived: true);
            return new FeedEntry(text.Issue, page,
                IssueHtml.Anywhere(text.Html, site.Url, page) + CorrectionHtml.Of(newsletter, notes[text.Issue.Id]),
                notes[text.Issue.Id].Select(note => note.At).Append(text.RenderedAt).Max())
            {
                Picture = IssueHtml.FirstPicture(text.Html) is { } name ? new Uri(site.Url, $"media/{name}") : null,
            };
        })]);
    }

    // Also answers If-None-Match and If-Modified-Since. A date alone is not enough, because the newsletter's name may change after the last
    // issue.
    private static FileContentHttpResult Answer(byte[] feed, string type, Feed of) =>
        TypedResults.File(feed, type, lastModified: of.UpdatedAt,
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(feed).AsSpan(0, 12))}\""));
}
