using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatch.Templates.Text;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Export;

/// <summary>
/// Writes readers to a CSV file: either everything that Dispatch holds, or what another system imports. The whole file shows one moment,
/// whatever is written meanwhile. Readers are ordered by hash, so with the same key file the same readers always give the same file, and
/// the order doesn't reveal when they came.
/// </summary>
public sealed class ReaderExport(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    private const int AtOnce = 1000;

    private static readonly ParallelOptions OnAllProcessors = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns whether the newsletter asked for exists, if any.</summary>
    public async Task<bool> KnowsAsync(string? newsletter, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return newsletter is null || await db.Newsletters.AnyAsync(known => known.Slug == newsletter, cancel);
    }

    /// <summary>Writes the file, and an audit entry that says who exported how many readers.</summary>
    /// <param name="to">The destination. The file is streamed, never held in memory as a whole.</param>
    /// <param name="choices">What is exported, and how.</param>
    /// <param name="actor">Who exports.</param>
    /// <param name="cancel">Stops writing, which leaves the file incomplete.</param>
    /// <returns>The number of readers.</returns>
    public async Task<int> WriteAsync(Stream to, ExportChoices choices, Actor actor, CancellationToken cancel)
    {
        await using var audit = databases.CreateDbContext();
        var entry = actor.Did("readers.exported", AuditTarget.Readers, clock.GetUtcNow(), $"{choices.Form}, begun".ToLowerInvariant());
        audit.Audit.Add(entry);
        await audit.SaveChangesAsync(cancel);

        await using var db = databases.CreateDbContext();
        await using var moment = await db.ReadOneMomentAsync(cancel);
        await using var file = new StreamWriter(to, bufferSize: 1 << 15, leaveOpen: true);
        var fields = choices.Form is ExportForm.Dispatch ? await FieldsAsync(db, cancel) : [];
        var lines = new StringBuilder();
        AddLine(lines, Header(choices.Form, fields));
        await file.WriteAsync(lines, cancel);
        var (readers, now) = (0, clock.GetUtcNow());
        await foreach (var page in PagesAsync(db, choices, cancel))
        {
            // Opening sealed values is most of the work.
            var texts = new string?[page.Count];
            Parallel.For(0, page.Count, OnAllProcessors, at => texts[at] = TextOf(page[at], choices, fields, now));
            foreach (var text in texts)
                if (text is not null)
                {
                    readers++;
                    await file.WriteAsync(text.AsMemory(), cancel);
                }
        }
        await file.FlushAsync(cancel);

        entry.Detail = $"{choices.Form}, {Counted.Of(readers, "reader")}".ToLowerInvariant();
        await audit.SaveChangesAsync(cancel);
        return readers;
    }

    private async Task<List<string>> FieldsAsync(DispatchDb db, CancellationToken cancel)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var sealedFields in db.Subscribers.Where(s => s.SealedFields != null).Select(s => s.SealedFields)
            .AsAsyncEnumerable().WithCancellation(cancel))
            names.UnionWith(Subscriber.FieldsIn(sealedFields, ring).Keys);
        return [.. names];
    }

    // A page's subscriptions and suppressions are found by its range of hashes, so that no statement has to name a thousand readers.
    private static async IAsyncEnumerable<List<StoredRow>> PagesAsync(
        DispatchDb db, ExportChoices choices, [EnumeratorCancellation] CancellationToken cancel)
    {
        var slugs = await db.Newsletters.AsNoTracking().Where(n => choices.Newsletter == null || n.Slug == choices.Newsletter)
            .ToDictionaryAsync(n => n.Id, n => n.Slug, cancel);
        for (byte[] last = []; ;)
        {
            var page = await db.Subscribers.FromSql(
                $"""SELECT * FROM "Subscribers" WHERE "AddressHash" > {last} ORDER BY "AddressHash" LIMIT {AtOnce}""")
                .AsNoTracking().ToListAsync(cancel);
            if (page.Count == 0)
                yield break;
            var (first, end) = (page[0].AddressHash, page[^1].AddressHash);
            var subscriptions = (await db.Subscriptions.FromSql(
                $"""
                SELECT u.* FROM "Subscribers" s JOIN "Subscriptions" u ON u."SubscriberId" = s."Id"
                WHERE s."AddressHash" BETWEEN {first} AND {end}
                """).AsNoTracking().ToListAsync(cancel))
                .Where(s => slugs.ContainsKey(s.NewsletterId)).ToLookup(s => s.SubscriberId, s => (slugs[s.NewsletterId], s));
            var suppressions = (await db.Suppressions.FromSql(
                $"""SELECT * FROM "Suppressions" WHERE "AddressHash" BETWEEN {first} AND {end}""").AsNoTracking().ToListAsync(cancel))
                .ToDictionary(s => Convert.ToHexString(s.AddressHash));
            yield return [.. page.Select(row => new StoredRow(row, subscriptions[row.Id],
                suppressions.Count == 0 ? null : suppressions.GetValueOrDefault(Convert.ToHexString(row.AddressHash))))];
            last = end;
        }
    }

    // Returns a reader's lines, or null if none of the subscriptions is wanted.
    private string? TextOf(StoredRow row, ExportChoices choices, List<string> fields, DateTimeOffset now)
    {
        if (ExportedReader.Of(row.Reader, row.Subscriptions, row.Suppression, ring, choices.Only, now) is not { } reader)
            return null;
        var lines = new StringBuilder();
        foreach (var cells in Rows(choices.Form, reader, fields))
            AddLine(lines, cells);
        return lines.ToString();
    }

    private static IEnumerable<string> Header(ExportForm form, List<string> fields) => form switch
    {
        ExportForm.Dispatch => [.. FieldColumns.Own, .. fields.Select(FieldColumns.ColumnOf)],
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

    private static void AddLine(StringBuilder lines, IEnumerable<string?> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            if (!first)
                lines.Append(',');
            lines.Append(Csv.Cell(cell));
            first = false;
        }
        lines.Append("\r\n");
    }

    private readonly record struct StoredRow(
        Subscriber Reader, IEnumerable<(string Slug, Subscription Subscription)> Subscriptions, Suppression? Suppression);
}
