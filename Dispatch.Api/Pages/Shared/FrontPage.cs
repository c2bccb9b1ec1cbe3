using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;

namespace Dispatch.Api.Pages.Shared;

/// <summary>A newsletter's own page: a description, its authors, the date of the next issue, the latest issue, and the form.</summary>
public sealed record FrontPage(Newsletter Newsletter, DateTimeOffset? NextAt, PublishedIssue? Latest, LeadPicture? Picture,
    IReadOnlyList<PublishedIssue> Earlier, IReadOnlyList<string> Writers);

/// <summary>Gathers the data of a newsletter's page.</summary>
public sealed class FrontPages(PublishedIssues issues, Slots slots)
{
    private const int Shown = 5;

    public async Task<FrontPage> OfAsync(Newsletter newsletter, CancellationToken cancel)
    {
        var latest = await issues.LatestAsync(newsletter, Shown, cancel);
        var picture = latest is [var first, ..] ? await issues.LeadPictureAsync(first, cancel) : null;
        return new(newsletter, await NextAsync(newsletter, cancel), latest is [var newest, ..] ? newest
            : null, picture, [.. latest.Skip(1)], WritersOf(newsletter, latest));
    }

    // The authors of the issues on the page, the most frequent first.
    private static IReadOnlyList<string> WritersOf(Newsletter newsletter, IEnumerable<PublishedIssue> issues) =>
        [.. issues.SelectMany(issue => Bylines.In(issue.AuthorsIn(newsletter))).GroupBy(author => author.Slug)
            .OrderByDescending(author => author.Count()).Select(author => author.First().Name)];

    /// <summary>Returns when the next issue is due, or null if the schedule has no further dates.</summary>
    public async Task<DateTimeOffset?> NextAsync(Newsletter newsletter, CancellationToken cancel) =>
        (await slots.UpcomingAsync(newsletter, 1, cancel)) is [var next, ..] ? next.At : null;
}
