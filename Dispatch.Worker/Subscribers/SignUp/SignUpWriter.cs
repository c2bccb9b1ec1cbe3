using System.Data.Common;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Writes simultaneous sign-ups in one transaction: readers, pending subscriptions, confirmations and messages. Sixteen people who sign up
/// at once wait for two exchanges with the database and one commit.
/// </summary>
public sealed class SignUpWriter
{
    private const int LargestGroup = 64;

    /// <summary>How many places of an address are read at once. The limit may be any number, but few addresses take even two.</summary>
    private const int PlacesAtOnce = 8;

    private readonly IDbContextFactory<DispatchDb> databases;
    private readonly MailsToAddress mails;
    private readonly TimeProvider clock;
    private readonly GroupWriter<SignUpRow> rows;

    public SignUpWriter(IDbContextFactory<DispatchDb> databases, MailsToAddress mails, TimeProvider clock)
    {
        (this.databases, this.mails, this.clock) = (databases, mails, clock);
        rows = new(WriteAsync, LargestGroup);
    }

    /// <summary>Writes a sign-up unless its address may not be mailed. It is durable when the task completes.</summary>
    /// <exception cref="DbUpdateException">Another process wrote a sign-up for the address at the same instant.</exception>
    internal Task WriteAsync(SignUpRow row) => rows.WriteAsync(row);

    // Two sign-ups for one mailbox must count against its daily limit one after the other, so the second is written separately.
    private async Task WriteAsync(IReadOnlyList<SignUpRow> group)
    {
        var (first, second) = (new List<SignUpRow>(group.Count), new List<SignUpRow>());
        var mailboxes = new HashSet<string>();
        foreach (var row in group)
            (mailboxes.Add(row.Address.MailboxKey) ? first : second).Add(row);
        await WriteDistinctAsync(first);
        foreach (var row in second)
            await WriteDistinctAsync([row]);
    }

    private async Task WriteDistinctAsync(List<SignUpRow> group)
    {
        var now = clock.GetUtcNow();
        foreach (var row in group)
            row.StartWith(mails.Places(row.Address).Chunk(PlacesAtOnce));
        await using var db = databases.CreateDbContext();
        await db.Database.OpenConnectionAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var known = await KnownReaders.ReadAsync(db, group);
        var open = group;
        while ((open = open.FindAll(row => !known.TryPlace(row, now) && row.HasMorePlaces())).Count > 0)
            await known.ReadPlacesAsync(db, open);
        var wanted = group.Where(row => known.Complete(row)).ToList();
        if (wanted.Count > 0)
            await (db is PostgresDispatchDb ? WriteOnPostgresAsync(db, wanted, now) : WriteOnSqliteAsync(db, wanted, now));
        await transaction.CommitAsync();
    }

    // Writes the whole group in one statement. If a row is missing from the result, another process has signed up the same address.
    private static async Task WriteOnPostgresAsync(DispatchDb db, List<SignUpRow> rows, DateTimeOffset now)
    {
        var unknown = rows.SelectMany((row, index) => row.Unknown.Select(newsletter => (index, newsletter))).ToList();
        await using var command = db.Command(
            """
            WITH i AS (
              SELECT * FROM unnest(@hash, @sealed, @known, @place, @news, @seed, @token, @name, @language, @source)
                WITH ORDINALITY AS i(hash, sealed, known, place, news, seed, token, name, language, source, n)),
            p AS (
              INSERT INTO "SignUpTallies" AS t ("Key", "EndsAt", "Count") SELECT place, @tomorrow, 1 FROM i ORDER BY place
              ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = EXCLUDED."EndsAt", "Count" = 1 WHERE t."EndsAt" <= @now RETURNING "Key"),
            s AS (
              INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "CreatedAt")
              SELECT hash, sealed, @day FROM i JOIN p ON p."Key" = i.place WHERE known IS NULL ORDER BY hash
              ON CONFLICT ("AddressHash") DO NOTHING RETURNING "Id", "AddressHash"),
            r AS (
              SELECT i.*, COALESCE(i.known, s."Id") AS id FROM i JOIN p ON p."Key" = i.place LEFT JOIN s ON s."AddressHash" = i.hash
              WHERE COALESCE(i.known, s."Id") IS NOT NULL),
            x AS (
              INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "SaidWhy")
              SELECT r.id, u.newsletter, 'Pending', r.source, @day, FALSE
              FROM unnest(@of, @newsletter) AS u(n, newsletter) JOIN r ON r.n = u.n),
            c AS (
              INSERT INTO "Confirmations"
                ("SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt")
              SELECT id, string_to_array(news, ',')::int[], seed, token, name, language, source, @now, @expires FROM r WHERE news <> ''
              RETURNING "Id", "SubscriberId"),
            m AS (
              INSERT INTO "SubscriberMails"
                ("Kind", "SubscriberId", "ConfirmationId", "State", "Attempts", "NextAttemptAt", "CreatedAt", "UpdatedAt")
              SELECT CASE WHEN r.news = '' THEN 'AlreadyThere' ELSE 'Confirmation' END, r.id, c."Id", 'Waiting', 0, @now, @now, @now
              FROM r LEFT JOIN c ON c."SubscriberId" = r.id)
            SELECT COUNT(*) FROM r
            """,
            ("hash", rows.Select(row => row.AddressHash).ToArray()), ("sealed", rows.Select(row => row.SealedAddress).ToArray()),
            ("known", rows.Select(row => row.SubscriberId).ToArray()), ("place", rows.Select(row => row.Place!).ToArray()),
            ("news", rows.Select(row => string.Join(',', row.ToConfirm)).ToArray()), ("seed", rows.Select(row => row.Seed).ToArray()),
            ("token", rows.Select(row => row.TokenHash).ToArray()), ("name", rows.Select(row => row.SealedName).ToArray()),
            ("language", rows.Select(row => row.Language).ToArray()), ("source", rows.Select(row => row.Source).ToArray()),
            ("of", unknown.Select(one => one.index + 1L).ToArray()), ("newsletter", unknown.Select(one => one.newsletter).ToArray()),
            ("now", now.ToUniversalTime()), ("day", RoundedInstants.DayOf(now)), ("tomorrow", (now + MailsToAddress.Day).ToUniversalTime()),
            ("expires", (now + Confirmation.GoodFor).ToUniversalTime()));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        if (await command.ExecuteScalarAsync() is not long written || written != rows.Count)
            throw new DbUpdateException("Another process signed up the same address at the same instant.");
    }

    // Writes row by row, with statements prepared once for the group. No other process can write in between.
    private static async Task WriteOnSqliteAsync(DispatchDb db, List<SignUpRow> rows, DateTimeOffset now)
    {
        await using var place = Prepared(
            """
            INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (@key, @ends, 1)
            ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = excluded."EndsAt", "Count" = 1
            """, "key", "ends");
        await using var subscriber = Prepared(
            """
            INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "CreatedAt") VALUES (@hash, @sealed, @day) RETURNING "Id"
            """, "hash", "sealed", "day");
        await using var subscription = Prepared(
            """
            INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "SaidWhy")
            VALUES (@subscriber, @newsletter, 'Pending', @source, @day, 0)
            """, "subscriber", "newsletter", "source", "day");
        await using var confirmation = Prepared(
            """
            INSERT INTO "Confirmations"
              ("SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt")
            VALUES (@subscriber, @news, @seed, @token, @name, @language, @source, @now, @expires) RETURNING "Id"
            """, "subscriber", "news", "seed", "token", "name", "language", "source", "now", "expires");
        await using var mail = Prepared(
            """
            INSERT INTO "SubscriberMails"
              ("Kind", "SubscriberId", "ConfirmationId", "State", "Attempts", "NextAttemptAt", "CreatedAt", "UpdatedAt")
            VALUES (@kind, @subscriber, @confirmation, 'Waiting', 0, @now, @now, @now)
            """, "kind", "subscriber", "confirmation", "now");
        var (at, day, tomorrow, expires) = (db.Stored(now), db.Stored(RoundedInstants.DayOf(now)), db.Stored(now + MailsToAddress.Day),
            db.Stored(now + Confirmation.GoodFor));
        foreach (var row in rows)
        {
            await RunAsync(place, row.Place, tomorrow);
            var id = row.SubscriberId ?? await RunAsync(subscriber, row.AddressHash, row.SealedAddress, day);
            foreach (var newsletter in row.Unknown)
                await RunAsync(subscription, id, newsletter, row.Source, day);
            var asks = row.ToConfirm.Length > 0;
            var confirmationId = !asks ? null : await RunAsync(confirmation, id, $"[{string.Join(',', row.ToConfirm)}]", row.Seed,
                row.TokenHash, row.SealedName, row.Language, row.Source, at, expires);
            await RunAsync(mail, asks ? "Confirmation" : "AlreadyThere", id, confirmationId, at);
        }

        DbCommand Prepared(string sql, params string[] names)
        {
            var command = db.Command(sql, [.. names.Select(name => (name, (object)DBNull.Value))]);
            command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
            return command;
        }

        static async Task<long?> RunAsync(DbCommand command, params object?[] values)
        {
            for (var index = 0; index < values.Length; index++)
                command.Parameters[index].Value = values[index] ?? DBNull.Value;
            return (long?)await command.ExecuteScalarAsync();
        }
    }
}

/// <summary>A sign-up to be written. Everything that needs no database is prepared beforehand.</summary>
internal sealed class SignUpRow
{
    private IEnumerator<byte[][]> places = Enumerable.Empty<byte[][]>().GetEnumerator();

    public required EmailAddress Address { get; init; }
    public required byte[] AddressHash { get; init; }
    public required byte[] SealedAddress { get; init; }

    /// <summary>The slugs of the newsletters. Empty means the first newsletter.</summary>
    public required IReadOnlyList<string> Slugs { get; init; }
    public required byte[] Seed { get; init; }
    public required byte[] TokenHash { get; init; }
    public required byte[]? SealedName { get; init; }
    public required string? Language { get; init; }
    public required string Source { get; init; }

    /// <summary>The address's tallies that are looked at now (<see cref="MailsToAddress"/>).</summary>
    public byte[][] Places => places.Current;

    /// <summary>The tally taken by the message, or null if none is free.</summary>
    public byte[]? Place { get; set; }

    /// <summary>The reader's id, or null for a new reader.</summary>
    public long? SubscriberId { get; set; }

    /// <summary>The newsletters to which the reader has no subscription yet.</summary>
    public int[] Unknown { get; set; } = [];

    /// <summary>The newsletters that the reader has to confirm. Empty if the reader already gets all of them.</summary>
    public int[] ToConfirm { get; set; } = [];

    /// <summary>Whether one of the slugs belongs to no newsletter.</summary>
    public bool UnknownNewsletter { get; set; }

    /// <summary>Looks at the first of the address's tallies.</summary>
    public void StartWith(IEnumerable<byte[][]> groups)
    {
        places = groups.GetEnumerator();
        places.MoveNext();
    }

    /// <summary>Looks at the next of the address's tallies. Returns false if there are none.</summary>
    public bool HasMorePlaces() => places.MoveNext();
}
