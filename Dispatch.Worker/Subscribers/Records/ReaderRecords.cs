using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>Exports everything stored about a reader, as JSON or CSV. Readers get the export through their preferences link.</summary>
public sealed class ReaderRecords(IDbContextFactory<DispatchDb> databases, KeyRing ring, IReaderTraces traces, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // this is a file, not a page: names stay readable
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Returns the export, or null if the link has expired.</summary>
    public async Task<ReaderRecord?> TakeAsync(string token, string form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        return await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Preferences, now, cancel) is { } link
            ? await TakeAsync(db, link.SubscriberId, Actor.Reader, form, now, cancel)
            : null;
    }

    /// <summary>Exports a reader's data for staff, if the reader can't be mailed a link. Returns null if there is no such reader.</summary>
    public async Task<ReaderRecord?> TakeAsync(long subscriberId, Actor actor, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await db.Subscribers.AnyAsync(s => s.Id == subscriberId, cancel)
            ? await TakeAsync(db, subscriberId, actor, "json", clock.GetUtcNow(), cancel) : null;
    }

    /// <summary>
    /// Returns a reader's data to show on the desk. The audit log records each look. Returns null if there is no such reader.
    /// </summary>
    public async Task<ReaderRecord?> LookAsync(long subscriberId, Actor actor, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (!await db.Subscribers.AnyAsync(s => s.Id == subscriberId, cancel))
            return null;
        var record = await ReadAsync(db, subscriberId, cancel);
        await NoteAsync(db, subscriberId, actor, "reader.seen", null, clock.GetUtcNow(), cancel);
        return record;
    }

    private async Task<ReaderRecord?> TakeAsync(
        DispatchDb db, long subscriberId, Actor actor, string form, DateTimeOffset now, CancellationToken cancel)
    {
        await NoteAsync(db, subscriberId, actor, "reader.exported", form, now, cancel);
        return await ReadAsync(db, subscriberId, cancel);
    }

    private static Task<int> NoteAsync(
        DispatchDb db, long subscriberId, Actor actor, string action, string? detail, DateTimeOffset now, CancellationToken cancel)
    {
        db.Audit.Add(actor.Did(action, AuditTarget.Subscriber(subscriberId), now, detail));
        return db.SaveChangesAsync(cancel);
    }

    private async Task<ReaderRecord> ReadAsync(DispatchDb db, long subscriberId, CancellationToken cancel)
    {
        var target = AuditTarget.Subscriber(subscriberId);
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == subscriberId, cancel);
        var suppressed = await db.Suppressions.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == subscriber.AddressHash, cancel);
        var subscriptions = await (from s in db.Subscriptions
                                   where s.SubscriberId == subscriber.Id
                                   join n in db.Newsletters on s.NewsletterId equals n.Id
                                   join c in db.ConsentTexts on s.ConsentVersion equals c.Version into consents
                                   from consent in consents.DefaultIfEmpty()
                                   orderby n.Id
                                   select new SubscriptionRecord(
                                       n.Name, s.State, s.Source, s.CreatedAt, s.ConfirmedAt, consent == null ? null : consent.Words,
                                       s.UnsubscribedAt, s.SaidWhy, s.PausedUntil)).ToListAsync(cancel);
        // Omits the messages mailed to confirm a new address, because they would reveal something about that address's owner. The history
        // shows the request.
        var mails = await db.SubscriberMails.AsNoTracking()
            .Where(mail => mail.SubscriberId == subscriber.Id && mail.Kind != SubscriberMailKind.AddressCheck).OrderBy(mail => mail.Id)
            .Select(mail => new MailRecord(mail.Kind, mail.State, mail.CreatedAt, mail.ReplyText)).ToListAsync(cancel);
        var history = await db.Audit.AsNoTracking().Where(entry => entry.Target == target.Name).OrderBy(entry => entry.Id)
            .Select(entry => new HistoryRecord(entry.At, entry.Actor, entry.Action, entry.Detail)).ToListAsync(cancel);
        return new(
            subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), subscriber.Language, subscriber.CreatedAt,
            suppressed?.Reason, suppressed?.CreatedAt, subscriber.FieldsFrom(ring),
            subscriptions, await SignUpsAsync(db, subscriberId, cancel), await LinksAsync(db, subscriberId, cancel),
            await traces.IssuesAsync(db, subscriberId, cancel), mails, history);
    }

    private async Task<IReadOnlyList<SignUpRecord>> SignUpsAsync(DispatchDb db, long subscriberId, CancellationToken cancel)
    {
        var names = await db.Newsletters.ToDictionaryAsync(newsletter => newsletter.Id, newsletter => newsletter.Name, cancel);
        var confirmations = await db.Confirmations.AsNoTracking().Where(c => c.SubscriberId == subscriberId).OrderBy(c => c.Id)
            .ToListAsync(cancel);
        return [.. confirmations.Select(c => new SignUpRecord(
            [.. c.NewsletterIds.Where(names.ContainsKey).Select(id => names[id])], c.SealedName is null ? null
                : ring.Open(c.SealedName, Subscriber.NamePurpose), c.Language, c.Source,
            c.CreatedAt, c.ExpiresAt, c.UsedAt, c.RemindedAt, c.RobotSeenAt, c.DoubtedAt))];
    }

    // Omits the links mailed to confirm a new address, because they would reveal something about that address's owner. The history shows
    // the request.
    private static async Task<IReadOnlyList<LinkRecord>> LinksAsync(DispatchDb db, long subscriberId, CancellationToken cancel) =>
        await db.OneTimeLinks.Where(link => link.SubscriberId == subscriberId && link.Purpose == OneTimeLinkPurpose.Preferences)
            .OrderBy(link => link.Id)
            .Select(link => new LinkRecord(link.CreatedAt, link.ExpiresAt)).ToListAsync(cancel);

    public static byte[] AsJson(ReaderRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Json);

    /// <summary>Returns the export as CSV (RFC 4180), with a byte order mark, so spreadsheets read it as UTF-8.</summary>
    public static byte[] AsCsv(ReaderRecord record)
    {
        var csv = new StringBuilder("\uFEFFwhat,value\r\n");
        Write(csv, "", JsonSerializer.SerializeToElement(record, Json));
        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static void Write(StringBuilder csv, string path, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object)
            foreach (var property in value.EnumerateObject())
                Write(csv, $"{path} {(path == "fields" ? property.Name : ReaderColumns.Of(property.Name))}".TrimStart(), property.Value);
        else if (value.ValueKind is JsonValueKind.Array)
            foreach (var (index, item) in value.EnumerateArray().Index())
                Write(csv, $"{path} {index + 1}", item);
        else if (value.ToString() is { Length: > 0 } text)
            csv.Append(Cell(path)).Append(',').Append(Cell(text)).Append("\r\n");
    }

    // A spreadsheet would execute a value that begins like a formula.
    private static string Cell(string text)
    {
        var plain = text[0] is '=' or '+' or '-' or '@' ? $"'{text}" : text;
        return plain.AsSpan().IndexOfAny(",\"\r\n") < 0 ? plain : $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>Everything stored about a reader.</summary>
/// <param name="Address">The address that issues are sent to.</param>
/// <param name="Name">The name in the reader's greeting, or null if the reader has given none.</param>
/// <param name="Language">The language that the reader chose, or null if the reader chose none.</param>
/// <param name="KnownSince">The day of the first sign-up.</param>
/// <param name="NeverMailed">Why the address is suppressed, or null if it isn't.</param>
/// <param name="NeverMailedSince">Since when the address has been suppressed, or null if it isn't.</param>
/// <param name="Fields">What else an import brought about the reader, by name.</param>
/// <param name="Subscriptions">The reader's subscriptions, past and present.</param>
/// <param name="SignUps">Recent sign-ups with the reader's address, by anybody, and the details typed into them.</param>
/// <param name="Links">Links to the preferences that are still valid.</param>
/// <param name="Issues">The issues that the reader was sent, or would have been sent.</param>
/// <param name="Mails">Other messages of the last few weeks.</param>
/// <param name="History">The audit entries about the reader.</param>
public sealed record ReaderRecord(
    string Address, string? Name, string? Language, DateTimeOffset KnownSince,
    SuppressionReason? NeverMailed, DateTimeOffset? NeverMailedSince, IReadOnlyDictionary<string, string> Fields,
    IReadOnlyList<SubscriptionRecord> Subscriptions, IReadOnlyList<SignUpRecord> SignUps, IReadOnlyList<LinkRecord> Links,
    IReadOnlyList<IssueRecord> Issues, IReadOnlyList<MailRecord> Mails, IReadOnlyList<HistoryRecord> History);

/// <summary>A subscription. The consent is the wording shown when the reader confirmed.</summary>
public sealed record SubscriptionRecord(
    string Newsletter, SubscriptionState State, string Source, DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt, string? Consent,
    DateTimeOffset? UnsubscribedAt, bool SaidWhy, DateTimeOffset? PausedUntil);

/// <summary>
/// A sign-up. RobotSeenAt says when a mail scanner followed the message's hidden link, and DoubtedAt when the button was pressed, possibly
/// by such a robot.
/// </summary>
public sealed record SignUpRecord(
    IReadOnlyList<string> Newsletters, string? Name, string? Language, string Source, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? ConfirmedAt, DateTimeOffset? RemindedAt, DateTimeOffset? RobotSeenAt, DateTimeOffset? DoubtedAt);

/// <summary>A link that opens the reader's preferences.</summary>
public sealed record LinkRecord(DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>An issue and the outcome of its delivery. The reason says why it was not sent.</summary>
public sealed record IssueRecord(
    string Subject, string State, string? Reason, int Attempts, DateTimeOffset? FirstAttemptAt, DateTimeOffset? UncertainAt,
    DateTimeOffset At, string Reply);

/// <summary>A message that belonged to no issue.</summary>
public sealed record MailRecord(SubscriberMailKind Kind, SubscriberMailState State, DateTimeOffset At, string? Reply);

/// <summary>An audit entry about the reader.</summary>
public sealed record HistoryRecord(DateTimeOffset At, string By, string What, string? Detail);
