using System.Globalization;
using System.Text;
using System.Xml;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>
/// Serves the sitemap (sitemaps.org, version 0.9) of newsletters, archives and archived issues, the news sitemap (Google News, version 0.9)
/// of the last two days, and robots.txt, which names both.
/// </summary>
internal static class Sitemap
{
    private const string Space = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private const string NewsSpace = "http://www.google.com/schemas/sitemap-news/0.9";

    // Both are limits of the formats.
    private const int MostNews = 1000;
    private static readonly TimeSpan NewsFor = TimeSpan.FromDays(2);

    public static void MapSitemap(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/sitemap.xml", ["GET", "HEAD"], AnswerAsync).ExcludeFromDescription();
        routes.MapMethods("/news-sitemap.xml", ["GET", "HEAD"], NewsAsync).ExcludeFromDescription();
        routes.MapMethods("/robots.txt", ["GET", "HEAD"], Robots).ExcludeFromDescription();
    }

    private static async Task<FileContentHttpResult> AnswerAsync(
        SiteView site, PublishedIssues issues, IssueAddresses addresses, CancellationToken cancel)
    {
        var newsletters = new List<(Newsletter, IReadOnlyList<PublishedIssue>, IReadOnlyDictionary<int, DateTimeOffset>)>();
        foreach (var newsletter in await site.NewslettersAsync())
            newsletters.Add((newsletter, await issues.LatestAsync(newsletter, count: null, cancel),
                await issues.ModifiedAsync(newsletter, cancel)));
        return Answer(xml =>
        {
            xml.WriteStartElement("urlset", Space);
            foreach (var (newsletter, all, modified) in newsletters)
            {
                DateTimeOffset? last = modified.Count > 0 ? modified.Values.Max() : null;
                Write(xml, new Uri(site.Url, $"newsletters/{newsletter.Slug}"), last);
                Write(xml, new Uri(site.Url, $"newsletters/{newsletter.Slug}/archive"), last);
                foreach (var issue in all)
                    Write(xml, addresses.Of(newsletter, issue.Id, issue.Slug, archived: true),
                        modified.GetValueOrDefault(issue.Id, issue.At));
            }
            xml.WriteEndElement();
        });
    }

    private static async Task<FileContentHttpResult> NewsAsync(
        SiteView site, PublishedIssues issues, IssueAddresses addresses, TimeProvider clock, CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - NewsFor;
        var news = new List<(Newsletter Newsletter, PublishedIssue Issue)>();
        foreach (var newsletter in await site.NewslettersAsync())
            news.AddRange((await issues.LatestAsync(newsletter, MostNews, cancel)).Where(issue => issue.At >= since)
                .Select(issue => (newsletter, issue)));
        return Answer(xml =>
        {
            xml.WriteStartElement("urlset", Space);
            xml.WriteAttributeString("xmlns", "news", null, NewsSpace);
            foreach (var (newsletter, issue) in news.OrderByDescending(one => one.Issue.At).Take(MostNews))
            {
                xml.WriteStartElement("url", Space);
                xml.WriteElementString("loc", Space, addresses.Of(newsletter, issue.Id, issue.Slug, archived: true).AbsoluteUri);
                xml.WriteStartElement("news", NewsSpace);
                xml.WriteStartElement("publication", NewsSpace);
                xml.WriteElementString("name", NewsSpace, newsletter.Name);
                xml.WriteElementString("language", NewsSpace, LanguageOf(newsletter));
                xml.WriteEndElement();
                xml.WriteElementString("publication_date", NewsSpace, Time(issue.At));
                xml.WriteElementString("title", NewsSpace, issue.Subject);
                xml.WriteEndElement();
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        });
    }

    private static ContentHttpResult Robots(SiteView site) => TypedResults.Text(
        $"User-agent: *\nDisallow: {site.Url.AbsolutePath}desk\nDisallow: {site.Url.AbsolutePath}ops\n\n"
        + $"Sitemap: {new Uri(site.Url, "sitemap.xml").AbsoluteUri}\nSitemap: {new Uri(site.Url, "news-sitemap.xml").AbsoluteUri}\n",
        "text/plain; charset=utf-8");

    // The format knows languages by ISO 639, except for the two ways of writing Chinese.
    private static string LanguageOf(Newsletter newsletter)
    {
        var culture = CultureInfo.GetCultureInfo(newsletter.Locale);
        return culture.TwoLetterISOLanguageName != "zh" ? culture.TwoLetterISOLanguageName
            : newsletter.Locale.Contains("Hant", StringComparison.Ordinal) || newsletter.Locale.EndsWith("TW", StringComparison.Ordinal)
            ? "zh-tw" : "zh-cn";
    }

    private static FileContentHttpResult Answer(Action<XmlWriter> write)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
            write(xml);
        return TypedResults.File(file.ToArray(), "application/xml; charset=utf-8");
    }

    private static void Write(XmlWriter xml, Uri address, DateTimeOffset? changedAt)
    {
        xml.WriteStartElement("url", Space);
        xml.WriteElementString("loc", Space, address.AbsoluteUri);
        if (changedAt is { } at)
            xml.WriteElementString("lastmod", Space, Time(at));
        xml.WriteEndElement();
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
