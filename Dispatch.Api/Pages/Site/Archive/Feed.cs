using System.Globalization;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>A feed's content, whatever its format.</summary>
internal sealed record Feed(Newsletter Newsletter, Uri Site, IReadOnlyList<FeedEntry> Entries)
{
    public Uri Home => new(Site, $"newsletters/{Newsletter.Slug}");

    public Uri Address(string file) => new(Site, $"newsletters/{Newsletter.Slug}/{file}");

    public DateTimeOffset UpdatedAt => Entries.Select(entry => entry.RenderedAt).Append(Newsletter.CreatedAt).Max();

    /// <summary>RFC 4151: the same for as long as the newsletter exists, even if the form of the site's addresses changes.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture, $"tag:{Site.IdnHost},{Newsletter.CreatedAt.UtcDateTime:yyyy-MM-dd}:{Newsletter.Slug}");

    public string IdOf(FeedEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{Id}/{entry.Issue.Id}");

    public string AuthorOf(FeedEntry entry) => entry.Issue.Byline.Length > 0 ? entry.Issue.Byline : Newsletter.Name;
}

/// <param name="Issue">As the archive lists it.</param>
/// <param name="Address">Where it can be read.</param>
/// <param name="Html">With absolute addresses.</param>
/// <param name="RenderedAt">When its text took its present form.</param>
internal sealed record FeedEntry(PublishedIssue Issue, Uri Address, string Html, DateTimeOffset RenderedAt);
