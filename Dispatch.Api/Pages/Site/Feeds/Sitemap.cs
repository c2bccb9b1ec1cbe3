using System.Globalization;
using System.Text;
using System.Xml;
using Dispatch.Api.Pages.Shared;
using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>Serves the sitemap (sitemaps.org, version 0.9) of newsletters, archives and archived issues.</summary>
internal static class Sitemap
{
    private const string Space = "http://www.sitemaps.org/schemas/sitemap/0.9";

    public static void MapSitemap(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/sitemap.xml", ["GET", "HEAD"], AnswerAsync).ExcludeFromDescription();

    private static async Task<FileContentHttpResult> AnswerAsync(
        SiteView site, PublishedIssues issues, IssueAddresses addresses, CancellationToken cancel)
    {
        using var file = new MemoryStream();
        await using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Async = true }))
        {
            xml.WriteStartElement("urlset", Space);
            foreach (var newsletter in await site.NewslettersAsync())
            {
                Write(xml, new Uri(site.Url, $"newsletters/{newsletter.Slug}"), null);
                Write(xml, new Uri(site.Url, $"newsletters/{newsletter.Slug}/archive"), null);
                foreach (var issue in await issues.LatestAsync(newsletter, count: null, cancel))
                    Write(xml, addresses.Of(newsletter, issue.Id, issue.Slug, archived: true), issue.At);
            }
            await xml.WriteEndElementAsync();
        }
        return TypedResults.File(file.ToArray(), "application/xml; charset=utf-8");
    }

    private static void Write(XmlWriter xml, Uri address, DateTimeOffset? changedAt)
    {
        xml.WriteStartElement("url", Space);
        xml.WriteElementString("loc", Space, address.AbsoluteUri);
        if (changedAt is { } at)
            xml.WriteElementString("lastmod", Space, at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
    }
}
