using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

/// <summary>All that is known of a reader, for the reader, by their preferences link: as JSON, or as CSV with a line for each value.</summary>
public sealed class ReaderRecords(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file, not a page: names stay readable
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Null: the link has run out.</summary>
    public async Task<ReaderRecord?> TakeAsync(string token, string form, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        if (await FreshLinks.FindAsync(db, token, FreshLinkPurpose.Preferences, now, cancel) is not { } link)
            return null;
        var target = $"subscriber:{link.SubscriberId}";
        db.Audit.Add(Actor.Reader.Did("reader.exported", target, now, form));
        await db.SaveChangesAsync(cancel);
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == link.SubscriberId, cancel);
        var suppressed = await db.Suppressions.Where(s => s.AddressHash == subscriber.AddressHash).Select(s => (SuppressionReason?)s.Reason).SingleOrDefaultAsync(cancel);
        var subscriptions = await (from s in db.Subscriptions
                                   where s.SubscriberId == subscriber.Id
                                   join n in db.Newsletters on s.NewsletterId equals n.Id
                                   orderby n.Id
                                   select new SubscriptionRecord(n.Name, s.State, s.Source, s.CreatedAt, s.ConfirmedAt, s.UnsubscribedAt, s.PausedUntil)).ToListAsync(cancel);
        var issues = await (from d in db.Deliveries
                            where d.SubscriberId == subscriber.Id
                            join i in db.Issues on d.IssueId equals i.Id
                            orderby i.Id
                            select new { i.Subject, d.State, d.Attempts, d.UpdatedAt, d.ReplyCode, d.EnhancedCode, d.ReplyText }).ToListAsync(cancel);
        // That a check of a new address went out, or did not, would tell of its owner; that it was asked for is in the history.
        var mails = await db.SubscriberMails.AsNoTracking().Where(mail => mail.SubscriberId == subscriber.Id && mail.Kind != SubscriberMailKind.AddressCheck).OrderBy(mail => mail.Id)
            .Select(mail => new MailRecord(mail.Kind, mail.State, mail.CreatedAt, mail.ReplyText)).ToListAsync(cancel);
        var history = await db.Audit.AsNoTracking().Where(entry => entry.Target == target).OrderBy(entry => entry.Id)
            .Select(entry => new HistoryRecord(entry.At, entry.Actor, entry.Action, entry.Detail)).ToListAsync(cancel);
        return new(
            subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), subscriber.Language, subscriber.CreatedAt, suppressed, subscriptions,
            [.. issues.Select(d => new IssueRecord(d.Subject, JsonNamingPolicy.CamelCase.ConvertName(d.State.ToString()), d.Attempts, d.UpdatedAt, string.Join(' ', new object?[] { d.ReplyCode, d.EnhancedCode, d.ReplyText }.Where(part => part is not null))))],
            mails, history);
    }

    public static byte[] AsJson(ReaderRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Json);

    /// <summary>RFC 4180, with the mark that makes spreadsheets read it as UTF-8.</summary>
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
                Write(csv, path.Length == 0 ? property.Name : $"{path} {property.Name}", property.Value);
        else if (value.ValueKind is JsonValueKind.Array)
            foreach (var (index, item) in value.EnumerateArray().Index())
                Write(csv, $"{path} {index + 1}", item);
        else if (value.ToString() is { Length: > 0 } text)
            csv.Append(Cell(path)).Append(',').Append(Cell(text)).Append("\r\n");
    }

    // A value that begins like a formula would be run by the spreadsheet that opens the file.
    private static string Cell(string text)
    {
        var plain = text[0] is '=' or '+' or '-' or '@' ? $"'{text}" : text;
        return plain.AsSpan().IndexOfAny(",\"\r\n") < 0 ? plain : $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>What is known of a reader.</summary>
/// <param name="Address">Where issues go.</param>
/// <param name="Name">How they wish to be addressed.</param>
/// <param name="Language">What they chose.</param>
/// <param name="KnownSince">The first sign-up.</param>
/// <param name="NeverMailed">Why nothing is sent to the address, where that is so.</param>
/// <param name="Subscriptions">Wishes to get newsletters, past and present.</param>
/// <param name="Issues">Issues that were sent, or would have been.</param>
/// <param name="Mails">Other mails of the last weeks.</param>
/// <param name="History">What was done, and by whom.</param>
public sealed record ReaderRecord(
    string Address, string? Name, string? Language, DateTimeOffset KnownSince, SuppressionReason? NeverMailed,
    IReadOnlyList<SubscriptionRecord> Subscriptions, IReadOnlyList<IssueRecord> Issues, IReadOnlyList<MailRecord> Mails, IReadOnlyList<HistoryRecord> History);

/// <summary>One subscription.</summary>
public sealed record SubscriptionRecord(
    string Newsletter, SubscriptionState State, string Source, DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt, DateTimeOffset? UnsubscribedAt, DateTimeOffset? PausedUntil);

/// <summary>One issue, and what became of it.</summary>
public sealed record IssueRecord(string Subject, string State, int Attempts, DateTimeOffset At, string Reply);

/// <summary>One mail outside any issue.</summary>
public sealed record MailRecord(SubscriberMailKind Kind, SubscriberMailState State, DateTimeOffset At, string? Reply);

/// <summary>One entry about the reader.</summary>
public sealed record HistoryRecord(DateTimeOffset At, string By, string What, string? Detail);
