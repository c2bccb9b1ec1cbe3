using System.Globalization;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Site.Feeds;

/// <summary>A feed's content, independent of its format.</summary>
internal sealed record Feed(Newsletter Newsletter, Uri Site, IReadOnlyList<FeedEntry> Entries)
{
    public Uri Home => new(Site, $"newsletters/{Newsletter.Slug}");

    public Uri Address(string file) => new(Site, $"newsletters/{Newsletter.Slug}/{file}");

    public DateTimeOffset UpdatedAt => Entries.Select(entry => entry.ModifiedAt).Append(Newsletter.CreatedAt).Max();

    /// <summary>The feed's tag URI (RFC 4151). It stays the same even if the site's URLs change.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture, $"tag:{Site.IdnHost},{Newsletter.CreatedAt.UtcDateTime:yyyy-MM-dd}:{Newsletter.Slug}");

    public string IdOf(FeedEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{Id}/{entry.Issue.Id}");

    /// <summary>Returns the authors of an issue with their pages, or the newsletter if the byline names none.</summary>
    public IReadOnlyList<(string Name, Uri Page)> AuthorsOf(FeedEntry entry) =>
        Bylines.In(entry.Issue.AuthorsIn(Newsletter)) is { Count: > 0 } authors
            ? [.. authors.Select(author => (author.Name, Address($"authors/{author.Slug}")))] : [(Newsletter.Name, Home)];
}

/// <param name="Issue">The issue, as listed in the archive.</param>
/// <param name="Address">The URL of the issue's page.</param>
/// <param name="Html">The text, with absolute URLs and its corrections.</param>
/// <param name="ModifiedAt">When the text was rendered, or last corrected.</param>
internal sealed record FeedEntry(PublishedIssue Issue, Uri Address, string Html, DateTimeOffset ModifiedAt)
{
    /// <summary>The URL of the first picture, or null if the issue has none.</summary>
    public Uri? Picture { get; init; }
}
