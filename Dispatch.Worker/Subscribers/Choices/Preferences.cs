using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// What the preferences link in an issue shows: the reader's newsletters. The page doesn't show who the reader is, because readers forward
/// issues.
/// </summary>
public sealed class Preferences(IDbContextFactory<DispatchDb> databases, LinkTokens tokens)
{
    /// <summary>
    /// Returns the reader's newsletters, or null if the token is not valid. The list is empty if the reader gets no newsletter or has been
    /// erased.
    /// </summary>
    public async Task<PreferencesResult?> LookAsync(string token, CancellationToken cancel)
    {
        if (!tokens.TryRead(token, LinkKind.Preferences, out var subscriberId, out _))
            return null;
        await using var db = databases.CreateDbContext();
        var newsletters = await db.Subscriptions
            .SubscribedBy(subscriberId)
            .Join(db.Newsletters, s => s.NewsletterId, newsletter => newsletter.Id, (_, newsletter) => newsletter)
            .AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        var language = await db.Subscribers.Where(s => s.Id == subscriberId).Select(s => s.Language).SingleOrDefaultAsync(cancel);
        return new([.. newsletters.Select(newsletter =>
            new PreferredNewsletter(newsletter, tokens.Make(LinkKind.Unsubscribe, subscriberId, newsletter.Id)))], language);
    }
}

/// <summary>A newsletter that the reader gets, with the token for unsubscribing.</summary>
public sealed record PreferredNewsletter(Newsletter Newsletter, string UnsubscribeToken);

/// <summary>The newsletters that a reader gets, and the language that the reader chose.</summary>
public sealed record PreferencesResult(IReadOnlyList<PreferredNewsletter> Newsletters, string? Language);
