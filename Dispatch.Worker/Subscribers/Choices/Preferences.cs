using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// What a reader's preferences link shows: which newsletters they get. Nothing that says who they are, because links are forwarded with
/// mails.
/// </summary>
public sealed class Preferences(IDbContextFactory<DispatchDb> databases, LinkTokens tokens)
{
    /// <summary>Null: the token is not one of ours. Empty: this reader gets nothing, or is no longer here.</summary>
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

/// <summary>A newsletter that a reader gets, and the token that ends it.</summary>
public sealed record PreferredNewsletter(Newsletter Newsletter, string UnsubscribeToken);

/// <summary>What a reader gets, and the language that they chose.</summary>
public sealed record PreferencesResult(IReadOnlyList<PreferredNewsletter> Newsletters, string? Language);
