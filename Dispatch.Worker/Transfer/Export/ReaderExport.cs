using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Export;

/// <summary>
/// Writes readers to a CSV file: everything that Dispatch holds, or what another system takes. All of a file shows one moment, whatever is
/// written meanwhile. Readers are ordered by their hash, so with one key file the same readers always give the same file; and the order
/// says nothing of when they came.
/// </summary>
public sealed class ReaderExport(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    private const int AtOnce = 1000;

    private static readonly string[] Own =
    [
        "email", "name", "language", "newsletters", "status", "confirmed_at", "source", "created_at", "unsubscribed_at", "paused_until",
        "consent_version",
    ];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns whether there is a newsletter of this slug, or none is asked for.</summary>
    public async Task<bool> KnowsAsync(string? newsletter, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return newsletter is null || await db.Newsletters.AnyAsync(known => known.Slug == newsletter, cancel);
    }

    /// <summary>Writes a file, and an audit entry with who and how many.</summary>
    /// <param name="to">Where the file goes. It is written as it is read, and never held whole.</param>
    /// <param name="choices">What is exported, and how.</param>
    /// <param name="actor">Who exports.</param>
    /// <param name="cancel">Ends the writing; the file is then not whole.</param>
    /// <returns>The number of readers.</returns>
    public async Task<int> WriteAsync(Stream to, ExportChoices choices, Actor actor, CancellationToken cancel)
    {
        await using var audit = databases.CreateDbContext();
        var entry = actor.Did("readers.exported", AuditTarget.Readers, clock.GetUtcNow(), $"{choices.Form}, begun".ToLowerInvariant());
        audit.Audit.Add(entry);
        await audit.SaveChangesAsync(cancel);

        await using var db = databases.CreateDbContext();
        await using var moment = await OneMomentAsync(db, cancel);
        await using var file = new StreamWriter(to, leaveOpen: true) { NewLine = "\r\n" };
        var fields = choices.Form is ExportForm.Dispatch ? await FieldsAsync(db, cancel) : [];
        await file.WriteLineAsync(Line(Header(choices.Form, fields)));
        var readers = 0;
        await foreach (var reader in ReadersAsync(db, choices, cancel))
        {
            readers++;
            foreach (var row in Rows(choices.Form, reader, fields))
                await file.WriteLineAsync(Line(row));
        }
        await file.FlushAsync(cancel);

        entry.Detail = $"{choices.Form}, {readers} readers".ToLowerInvariant();
        await audit.SaveChangesAsync(cancel);
        return readers;
    }

    // A transaction that sees one moment, and holds up nobody who writes.
    private static async Task<IAsyncDisposable> OneMomentAsync(DispatchDb db, CancellationToken cancel)
    {
        if (db is PostgresDispatchDb)
            return await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await db.Database.OpenConnectionAsync(cancel);
        return (await db.Database.UseTransactionAsync(
            ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true), cancel))!;
    }

    private async Task<List<string>> FieldsAsync(DispatchDb db, CancellationToken cancel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var subscriber in db.Subscribers.AsNoTracking().Where(s => s.SealedFields != null).AsAsyncEnumerable()
            .WithCancellation(cancel))
            names.UnionWith(subscriber.FieldsFrom(ring).Keys);
        return [.. names];
    }

    private async IAsyncEnumerable<ExportedReader> ReadersAsync(
        DispatchDb db, ExportChoices choices, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var slugs = await db.Newsletters.AsNoTracking().Where(n => choices.Newsletter == null || n.Slug == choices.Newsletter)
            .ToDictionaryAsync(n => n.Id, n => n.Slug, cancel);
        for (byte[] last = []; ;)
        {
            var page = await db.Subscribers.FromSql(
                $"""SELECT * FROM "Subscribers" WHERE "AddressHash" > {last} ORDER BY "AddressHash" LIMIT {AtOnce}""")
                .AsNoTracking().ToListAsync(cancel);
            if (page.Count == 0)
                yield break;
            last = page[^1].AddressHash;
            var (ids, hashes) = (page.Select(s => s.Id).ToArray(), page.Select(s => s.AddressHash).ToArray());
            var subscriptions = (await db.Subscriptions.AsNoTracking().Where(s => ids.Contains(s.SubscriberId)).ToListAsync(cancel))
                .Where(s => slugs.ContainsKey(s.NewsletterId)).ToLookup(s => s.SubscriberId, s => (slugs[s.NewsletterId], s));
            var suppressions = (await db.Suppressions.AsNoTracking().Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
                .ToDictionary(s => Convert.ToHexString(s.AddressHash));
            foreach (var row in page)
                if (ExportedReader.Of(row, subscriptions[row.Id], suppressions.GetValueOrDefault(Convert.ToHexString(row.AddressHash)),
                    ring, choices.Only, now) is { } reader)
                    yield return reader;
        }
    }

    private static IEnumerable<string> Header(ExportForm form, List<string> fields) => form switch
    {
        ExportForm.Dispatch => [.. Own, .. fields],
        ExportForm.Listmonk => ["email", "name", "attributes"],
        ExportForm.Ghost => ["email", "name", "note", "subscribed_to_emails", "labels", "created_at"],
        _ => ["Email Address", "First Name", "Language preference", "OPTIN_TIME", "TAGS"],
    };

    private static IEnumerable<IEnumerable<string?>> Rows(ExportForm form, ExportedReader reader, List<string> fields)
    {
        switch (form)
        {
            case ExportForm.Dispatch:
                foreach (var (row, newsletters) in reader.Statements)
                    yield return
                    [
                        reader.Address, reader.Name, reader.Language, string.Join(';', newsletters), StatusWords.Of(row.Status),
                        ExportedReader.Text(row.ConfirmedAt), row.Source, ExportedReader.Text(row.CreatedAt),
                        ExportedReader.Text(row.UnsubscribedAt), ExportedReader.Text(row.PausedUntil), row.Consent,
                        .. fields.Select(reader.Fields.GetValueOrDefault),
                    ];
                break;
            case ExportForm.Listmonk:
                var attributes = new SortedDictionary<string, string>(reader.Fields, StringComparer.Ordinal);
                if (reader.Language is not null)
                    attributes.TryAdd("language", reader.Language);
                yield return [reader.Address, reader.Name, JsonSerializer.Serialize(attributes, Json)];
                break;
            case ExportForm.Ghost:
                yield return [reader.Address, reader.Name, reader.Fields.GetValueOrDefault("note"),
                    reader.Status is ReaderStatus.Confirmed ? "true" : "false", reader.Fields.GetValueOrDefault("labels"),
                    ExportedReader.Text(reader.FirstConfirmedAt)];
                break;
            default:
                yield return [reader.Address, reader.Name, reader.Language, ExportedReader.Text(reader.FirstConfirmedAt),
                    reader.Fields.GetValueOrDefault("TAGS")];
                break;
        }
    }

    private static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Csv.Cell));
}
