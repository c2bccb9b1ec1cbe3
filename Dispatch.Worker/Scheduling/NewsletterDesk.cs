using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// Lets editors change a newsletter, except its slug, since messages already sent contain the slug. A new rule or time zone changes the
/// slots from now on, but an issue that has a slot keeps it. If somebody else has changed the newsletter in the meantime, the change is
/// refused.
/// </summary>
public sealed class NewsletterDesk(DispatchDb db, IssueTick tick, TimeProvider clock)
{
    /// <param name="slug">The newsletter's slug.</param>
    /// <param name="wanted">All values that apply from now on.</param>
    /// <param name="seen">
    /// The <see cref="MarkOf"/> of the values on which the change is based. If null, the change applies whatever the current values are.
    /// </param>
    /// <param name="actor">The person or program that saves.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<NewsletterOutcome> EditAsync(
        string slug, NewsletterFields wanted, string? seen, Actor actor, CancellationToken cancel = default)
    {
        if (!await db.Newsletters.AnyAsync(row => row.Slug == slug, cancel))
            return new NewsletterOutcome.Unknown();
        var settings = NewsletterSettings.Tidied(slug, wanted);
        if (settings.Faults().Select(fault => new FieldFault(fault.Field, $"{fault.Field} {fault.Why}.")).ToList() is { Count: > 0 } faults)
            return new NewsletterOutcome.Invalid(faults);
        await tick.DueAsync(cancel); // records the old rule's slots while that rule still applies
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // Updates the row without changing it, to lock it until the transaction ends: SQLite has no SELECT … FOR UPDATE.
        await db.Newsletters.Where(row => row.Slug == slug)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatedAt, row => row.CreatedAt), cancel);
        var newsletter = await db.Newsletters.SingleAsync(row => row.Slug == slug, cancel);
        await db.Entry(newsletter).ReloadAsync(cancel); // the tick may have loaded the row before the lock
        if (seen is not null && seen != MarkOf(newsletter))
            return new NewsletterOutcome.Stale(newsletter);
        var rhythm = (newsletter.Schedule, newsletter.TimeZone) != (settings.Schedule, settings.TimeZone);
        newsletter.Take(settings);
        var now = clock.GetUtcNow();
        if (rhythm)
            newsletter.SlotsSettledUntil = now; // otherwise the new rule's past slots would be recorded as skipped
        var changed = db.Entry(newsletter).Properties.Where(property => property.IsModified).Select(property => property.Metadata.Name)
            .Where(name => name != nameof(Newsletter.SlotsSettledUntil)).ToList();
        if (changed.Count > 0)
            db.Audit.Add(actor.Did("newsletter.edited", AuditTarget.Newsletter(newsletter.Id), now, string.Join(", ", changed)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new NewsletterOutcome.Done(newsletter, rhythm);
    }

    /// <summary>
    /// Returns a hash of all values that an editor can change, with the logo. A different hash shows that somebody has changed a value.
    /// </summary>
    public static string MarkOf(Newsletter newsletter) =>
        Convert.ToHexStringLower(SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes(NewsletterFields.All.Select(field => field.Get(newsletter)).Append(newsletter.LogoName))));
}

/// <summary>The outcome of changing a newsletter.</summary>
public abstract record NewsletterOutcome
{
    private NewsletterOutcome()
    {
    }

    /// <param name="Newsletter">The newsletter after the change.</param>
    /// <param name="NewRhythm">Whether the rule or zone has changed. If so, the slot jobs must be updated.</param>
    public sealed record Done(Newsletter Newsletter, bool NewRhythm) : NewsletterOutcome;

    /// <summary>There is no such newsletter.</summary>
    public sealed record Unknown : NewsletterOutcome;

    /// <summary>
    /// Somebody else saved in between, and the change is refused. <paramref name="Current"/> is the newsletter as that person saved it.
    /// </summary>
    public sealed record Stale(Newsletter Current) : NewsletterOutcome;

    /// <summary>The values are invalid, and nothing was saved.</summary>
    public sealed record Invalid(IReadOnlyList<FieldFault> Faults) : NewsletterOutcome;
}
