using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>
/// Finds issues in the archive by words. A job indexes an issue within a minute after sending has begun (<see cref="SearchTerms"/>), so
/// that fan-out need not wait. Issues that the archive doesn't list, such as cancelled ones, are never found.
/// </summary>
public sealed partial class ArchiveSearch(DispatchDb db, PublishedIssues issues, ILogger<ArchiveSearch> log)
{
    /// <summary>The number of issues on a page of results.</summary>
    public const int PageSize = 20;

    /// <summary>The maximum length of a query, in UTF-16 code units.</summary>
    public const int LongestQuery = 200;

    private const int SnippetBefore = 60;
    private const int SnippetLength = 240;
    private const int WeightInSubject = 10;

    /// <summary>Indexes issues that have gone out and are not indexed yet, such as those older than the search.</summary>
    [JobDisplayName("Index the archive")]
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        var missing = await db.Editions.Where(edition => !db.Set<SearchText>().Any(text => text.IssueId == edition.IssueId))
            .OrderByDescending(edition => edition.IssueId).Select(edition => edition.IssueId).ToListAsync(cancel);
        foreach (var issueId in missing)
            await IndexAsync(issueId, cancel);
    }

    /// <summary>Indexes an issue that has an edition, unless it has been indexed.</summary>
    public async Task IndexAsync(int issueId, CancellationToken cancel)
    {
        var (edition, issue) = (await db.Editions.AsNoTracking().SingleOrDefaultAsync(row => row.IssueId == issueId, cancel),
            await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == issueId, cancel));
        if (edition is null || issue is null || await db.SearchTexts.AnyAsync(text => text.IssueId == issueId, cancel))
            return;
        var (title, text) = ($"{issue.Subject} {issue.Byline}", $"{issue.Preheader} {TextOf(edition.WebHtml)}".Trim());
        db.ChangeTracker.Clear();
        db.SearchTexts.Add(new SearchText { IssueId = issueId, Text = text });
        db.SearchTerms.AddRange(SearchTerms.In(title).Select(term => (Term: term, Weight: WeightInSubject))
            .Concat(SearchTerms.In(text).Select(term => (Term: term, Weight: 1))).GroupBy(one => one.Term, StringComparer.Ordinal)
            .Select(group => new SearchTerm { IssueId = issueId, Term = group.Key, Weight = group.Sum(one => one.Weight) }));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            log.LogDebug("Issue {Issue} was just indexed elsewhere", issueId);
        }
        db.ChangeTracker.Clear();
    }

    /// <summary>Returns the newsletter's issues that contain all words of a query, the best matches first.</summary>
    /// <param name="newsletter">The newsletter.</param>
    /// <param name="query">What the reader typed.</param>
    /// <param name="page">The page of results, from 1.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<SearchResult> FindAsync(Newsletter newsletter, string query, int page, CancellationToken cancel)
    {
        var wanted = SearchTerms.Of(query.Length > LongestQuery ? query[..LongestQuery] : query);
        if (wanted.Count == 0)
            return new([], 0);
        Dictionary<int, int>? scores = null;
        foreach (var one in wanted)
        {
            var found = await WeightsAsync(one, cancel);
            scores = scores is null ? found : scores.Where(score => found.ContainsKey(score.Key))
                .ToDictionary(score => score.Key, score => score.Value + found[score.Key]);
        }
        var listed = await issues.Listed(newsletter).Select(issue => new { issue.Id, issue.SendStartedAt }).ToListAsync(cancel);
        var best = listed.Where(issue => scores!.ContainsKey(issue.Id)).OrderByDescending(issue => scores![issue.Id])
            .ThenByDescending(issue => issue.SendStartedAt).Select(issue => issue.Id).ToList();
        var shown = best.Skip((page - 1) * PageSize).Take(PageSize).ToList();
        var texts = await db.SearchTexts.Where(text => shown.Contains(text.IssueId))
            .ToDictionaryAsync(text => text.IssueId, text => text.Text, cancel);
        var byId = (await issues.OfAsync(newsletter, shown, cancel)).ToDictionary(issue => issue.Id);
        return new([.. shown.Where(byId.ContainsKey).Select(id => new FoundIssue(byId[id], SnippetOf(texts[id], wanted)))], best.Count);
    }

    private async Task<Dictionary<int, int>> WeightsAsync(SearchTerms.Wanted wanted, CancellationToken cancel)
    {
        var (from, to) = (wanted.Term, wanted.Term + '\uFFFF');
#pragma warning disable CA1309 // EF translates only this overload, and the column's collation is ordinal
        var rows = wanted.IsBeginning
            ? db.SearchTerms.Where(term => string.Compare(term.Term, from) >= 0 && string.Compare(term.Term, to) < 0)
            : db.SearchTerms.Where(term => term.Term == from);
#pragma warning restore CA1309
        return await rows.GroupBy(term => term.IssueId).Select(group => new { group.Key, Weight = group.Sum(term => term.Weight) })
            .ToDictionaryAsync(group => group.Key, group => group.Weight, cancel);
    }

    /// <summary>Returns the part of a text around the first match, in pieces.</summary>
    internal static IReadOnlyList<SnippetPiece> SnippetOf(string text, IReadOnlyList<SearchTerms.Wanted> wanted)
    {
        var places = SearchTerms.PlacesIn(text, wanted).ToList();
        var first = places.Count > 0 ? places[0].At : 0;
        var start = StartOf(text, Math.Max(0, first - SnippetBefore), first);
        var end = EndOf(text, Math.Min(text.Length, start + SnippetLength));
        var pieces = new List<SnippetPiece>();
        if (start > 0)
            pieces.Add(new("… ", IsFound: false));
        var done = start;
        foreach (var (at, length) in places.Where(place => place.At >= start && place.At + place.Length <= end))
        {
            pieces.Add(new(text[done..at], IsFound: false));
            pieces.Add(new(text[at..(at + length)], IsFound: true));
            done = at + length;
        }
        pieces.Add(new(text[done..Math.Max(done, end)] + (end < text.Length ? " …" : ""), IsFound: false));
        return [.. pieces.Where(piece => piece.Text.Length > 0)];
    }

    // A snippet begins after a space if there is one before the match.
    private static int StartOf(string text, int from, int before)
    {
        if (from == 0)
            return 0;
        var space = text.IndexOf(' ', from, before - from);
        var start = space >= 0 ? space + 1 : from;
        return char.IsLowSurrogate(text[start]) ? start + 1 : start;
    }

    private static int EndOf(string text, int to)
    {
        if (to == text.Length)
            return to;
        var space = text.LastIndexOf(' ', to - 1, Math.Min(to, SnippetLength / 3));
        return space > 0 ? space : char.IsLowSurrogate(text[to]) ? to - 1 : to;
    }

    private static string TextOf(string html) => Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(
        FootnoteMark().Replace(html, ""), found => InLine().IsMatch(found.Value) ? "" : " ")), " ").Trim();

    // The number of a footnote, the comma between two, and the arrow that leads back (IssueHtmlWriter).
    [GeneratedRegex("""<sup>(?:,|<a id="fnref-[^>]*>[0-9]+</a>)</sup>|<a href="#fnref-[^>]*>[^<]*</a>""")]
    private static partial Regex FootnoteMark();

    // A tag within a word, such as emphasis, does not split it.
    [GeneratedRegex("^</?(?:a|em|strong|s|sub|span|code)[ >]")]
    private static partial Regex InLine();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\s\u00A0]+")]
    private static partial Regex Spaces();
}

/// <summary>A page of results.</summary>
/// <param name="Issues">The issues on the page, the best matches first.</param>
/// <param name="Count">The number of issues on all pages.</param>
public sealed record SearchResult(IReadOnlyList<FoundIssue> Issues, int Count);

/// <summary>An issue that was found, with an excerpt of its text.</summary>
public sealed record FoundIssue(PublishedIssue Issue, IReadOnlyList<SnippetPiece> Snippet);

/// <summary>A piece of a text, and whether it is a match.</summary>
public sealed record SnippetPiece(string Text, bool IsFound);
