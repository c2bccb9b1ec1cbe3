using Dispatch.Templates.Languages;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues;

/// <summary>The issues that have gone out or are going out, as the site shows them.</summary>
public sealed class PublishedIssues(DispatchDb db, IssueAddresses addresses)
{
    /// <summary>Returns the newsletter's issues, latest first.</summary>
    public async Task<IReadOnlyList<PublishedIssue>> LatestAsync(Newsletter newsletter, int? count, CancellationToken cancel)
    {
        var issues = Listed(newsletter).OrderByDescending(issue => issue.SendStartedAt).ThenByDescending(issue => issue.Id);
        return await Shown(newsletter, count is { } most ? issues.Take(most) : issues, cancel);
    }

    /// <summary>Whether the archive lists any issue of the newsletter.</summary>
    public Task<bool> AnyAsync(Newsletter newsletter, CancellationToken cancel) => Listed(newsletter).AnyAsync(cancel);

    /// <summary>Returns, of the given issues, those that the archive lists, in no particular order.</summary>
    public async Task<IReadOnlyList<PublishedIssue>> OfAsync(
        Newsletter newsletter, IReadOnlyCollection<int> ids, CancellationToken cancel) =>
        await Shown(newsletter, Listed(newsletter).Where(issue => ids.Contains(issue.Id)), cancel);

    /// <summary>Returns the years in which issues went out, latest first, with the number of issues in each.</summary>
    public async Task<IReadOnlyList<(int Year, int Issues)>> YearsAsync(Newsletter newsletter, CancellationToken cancel)
    {
        var times = await Listed(newsletter).Select(issue => issue.SendAt ?? issue.SendStartedAt!.Value).ToListAsync(cancel);
        return [.. times.GroupBy(at => newsletter.At(at).Year).OrderByDescending(year => year.Key)
            .Select(year => (year.Key, year.Count()))];
    }

    /// <summary>Returns the issues of some years in a row in the newsletter's time zone, latest first.</summary>
    public async Task<IReadOnlyList<PublishedIssue>> OfYearsAsync(Newsletter newsletter, int first, int last, CancellationToken cancel)
    {
        var (from, to) = (newsletter.BeginningOf(new DateOnly(first, 1, 1)), newsletter.BeginningOf(new DateOnly(last + 1, 1, 1)));
        return await Shown(newsletter, Listed(newsletter).Where(issue => (issue.SendAt ?? issue.SendStartedAt) >= from
            && (issue.SendAt ?? issue.SendStartedAt) < to).OrderByDescending(issue => issue.SendStartedAt)
            .ThenByDescending(issue => issue.Id), cancel);
    }

    /// <summary>Returns an author and the author's issues, latest first, or null if no issue has that author.</summary>
    /// <param name="newsletter">The newsletter.</param>
    /// <param name="slug">The author's name in URLs.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<(Author Author, IReadOnlyList<PublishedIssue> Issues)?> OfAuthorAsync(
        Newsletter newsletter, string slug, CancellationToken cancel)
    {
        var found = (await LatestAsync(newsletter, count: null, cancel))
            .Select(issue => (Issue: issue, Author: Bylines.In(issue.AuthorsIn(newsletter)).FirstOrDefault(one => one.Slug == slug)))
            .Where(one => one.Author is not null).ToList();
        return found.Count == 0 ? null : (found[0].Author!, [.. found.Select(one => one.Issue)]);
    }

    /// <summary>Returns when each listed issue was rendered or last corrected, by its id.</summary>
    public async Task<IReadOnlyDictionary<int, DateTimeOffset>> ModifiedAsync(Newsletter newsletter, CancellationToken cancel)
    {
        var modified = await Listed(newsletter).Join(db.Editions, issue => issue.Id, edition => edition.IssueId,
            (issue, edition) => new { issue.Id, edition.RenderedAt }).ToDictionaryAsync(row => row.Id, row => row.RenderedAt, cancel);
        var corrected = await Listed(newsletter).Join(db.Corrections, issue => issue.Id, correction => correction.IssueId,
            (issue, correction) => new { issue.Id, correction.At }).ToListAsync(cancel);
        foreach (var correction in corrected.Where(correction => correction.At > modified.GetValueOrDefault(correction.Id)))
            modified[correction.Id] = correction.At;
        return modified;
    }

    /// <summary>Returns the issues before and after an issue in the archive.</summary>
    public async Task<(PublishedIssue? Previous, PublishedIssue? Next)> NeighborsAsync(Newsletter newsletter,
        PublishedIssue issue, CancellationToken cancel)
    {
        var startedAt = await db.Issues.Where(row => row.Id == issue.Id).Select(row => row.SendStartedAt).SingleAsync(cancel);
        var before = Listed(newsletter).Where(row => row.SendStartedAt < startedAt || (row.SendStartedAt == startedAt && row.Id < issue.Id))
            .OrderByDescending(row => row.SendStartedAt).ThenByDescending(row => row.Id);
        var after = Listed(newsletter).Where(row => row.SendStartedAt > startedAt || (row.SendStartedAt == startedAt && row.Id > issue.Id))
            .OrderBy(row => row.SendStartedAt).ThenBy(row => row.Id);
        return ((await Shown(newsletter, before.Take(1), cancel)).FirstOrDefault(),
            (await Shown(newsletter, after.Take(1), cancel)).FirstOrDefault());
    }

    /// <summary>Returns the latest issues with their texts, for feeds.</summary>
    public async Task<IReadOnlyList<(PublishedIssue Issue, string Html, DateTimeOffset RenderedAt)>> LatestTextsAsync(Newsletter newsletter,
        int count, CancellationToken cancel)
    {
        var issues = await LatestAsync(newsletter, count, cancel);
        var ids = issues.Select(issue => issue.Id).ToList();
        var editions = await db.Editions.Where(edition => ids.Contains(edition.IssueId)).Select(edition =>
            new { edition.IssueId, edition.WebHtml, edition.RenderedAt }).ToDictionaryAsync(edition => edition.IssueId, cancel);
        return [.. issues.Select(issue => (issue, editions[issue.Id].WebHtml, editions[issue.Id].RenderedAt))];
    }

    /// <summary>
    /// Returns an issue and its text as sent. For an issue that is kept off the archive, the key from its URL is required.
    /// </summary>
    public async Task<(PublishedIssue Issue, string Html, DateTimeOffset RenderedAt)?> FindAsync(Newsletter newsletter, string slug,
        string? key, CancellationToken cancel)
    {
        var found = await Published(newsletter).Where(issue => issue.Slug == slug)
            .Join(db.Editions, issue => issue.Id, edition => edition.IssueId, (issue, edition) =>
                new { Issue = issue, edition.Subject, edition.WebHtml, edition.RenderedAt })
            .SingleOrDefaultAsync(cancel);
        return found is null || !(found.Issue.Archived || addresses.Opens(found.Issue.Id, key)) ? null : (
            Typeset(newsletter, new PublishedIssue(found.Issue.Id, found.Issue.Slug, found.Subject, found.Issue.Preheader,
                found.Issue.Byline, found.Issue.SendAt ?? found.Issue.SendStartedAt!.Value, found.Issue.Archived)),
            IssueHtml.OnThisSite(found.WebHtml, addresses.Site), found.RenderedAt);
    }

    /// <summary>Returns the renditions of the issue's first picture, or null if the issue has no picture.</summary>
    public async Task<LeadPicture?> LeadPictureAsync(PublishedIssue issue, CancellationToken cancel)
    {
        var html = await db.Editions.Where(edition => edition.IssueId == issue.Id).Select(edition => edition.WebHtml)
            .SingleOrDefaultAsync(cancel);
        var name = IssueHtml.FirstPicture(html ?? "");
        var photo = await db.Photos.AsNoTracking()
            .FirstOrDefaultAsync(photo => photo.IssueId == issue.Id && photo.MediaName == name, cancel);
        if (photo is null)
            return null;
        var width = Math.Min(photo.Width, LeadPicture.Widest);
        return new LeadPicture($"/media/{photo.NarrowMediaName}", width, photo.Height * width / photo.Width)
        {
            WideUrl = $"/media/{photo.MediaName}",
            WideWidth = photo.Width,
            WideHeight = photo.Height,
            Alt = IssueHtml.FirstAlt(html ?? ""),
        };
    }

    // An issue that was cancelled during sending stays readable through the link in its messages, but no list shows it.
    internal IQueryable<Issue> Listed(Newsletter newsletter) =>
        Published(newsletter).Where(issue => issue.Archived && issue.State != IssueState.Cancelled);

    private static async Task<List<PublishedIssue>> Shown(Newsletter newsletter, IQueryable<Issue> issues, CancellationToken cancel) =>
        [.. (await issues.Select(issue => new PublishedIssue(issue.Id, issue.Slug, issue.Subject, issue.Preheader, issue.Byline,
            issue.SendAt ?? issue.SendStartedAt!.Value, true)).ToListAsync(cancel)).Select(issue => Typeset(newsletter, issue))];

    // The table of issues keeps what the author typed.
    private static PublishedIssue Typeset(Newsletter newsletter, PublishedIssue issue) => !newsletter.SmartTypography ? issue : issue with
    {
        Subject = Typography.Of(issue.Subject, newsletter.Locale),
        Preheader = Typography.Of(issue.Preheader, newsletter.Locale),
        Byline = Typography.Of(issue.Byline, newsletter.Locale),
    };

    private IQueryable<Issue> Published(Newsletter newsletter) =>
        db.Issues.AsNoTracking().Where(issue => issue.NewsletterId == newsletter.Id && issue.SendStartedAt != null
            && db.Set<Edition>().Any(edition => edition.IssueId == issue.Id));
}

/// <summary>An issue that has gone out or is going out. If it is not archived, only its link leads to it.</summary>
public sealed record PublishedIssue(int Id, string Slug, string Subject, string Preheader, string Byline, DateTimeOffset At, bool Archived)
{
    /// <summary>Returns the names in the byline of a newsletter's issue, without a "By" before them.</summary>
    public string AuthorsIn(Newsletter newsletter) => Texts.Of(newsletter.Locale).Authors(Byline);
}

/// <summary>A small picture beside a headline.</summary>
public sealed record LeadPicture(string Url, int Width, int Height)
{
    public const int Widest = 600;

    /// <summary>The wide rendition, for link previews on other sites.</summary>
    public string WideUrl { get; init; } = Url;
    public int WideWidth { get; init; } = Width;
    public int WideHeight { get; init; } = Height;

    /// <summary>The picture's alternative text, or an empty string if the issue has none.</summary>
    public string Alt { get; init; } = "";
}
