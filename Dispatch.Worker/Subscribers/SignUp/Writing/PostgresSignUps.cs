using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>Writes sign-ups on PostgreSQL, a group in two exchanges with the server and a commit.</summary>
internal sealed class PostgresSignUps(IDbContextFactory<DispatchDb> databases, MailsToAddress mails)
{
    /// <summary>How many places of an address are read at once. The limit may be any number, but few addresses take even two.</summary>
    private const int PlacesAtOnce = 4;

    /// <summary>Writes the sign-ups whose addresses may be mailed. They are durable when the task completes.</summary>
    /// <exception cref="DbUpdateException">Another process wrote a sign-up for one of the addresses at the same instant.</exception>
    public async Task WriteAsync(IReadOnlyList<SignUpRow> group, DateTimeOffset now)
    {
        // Two sign-ups for one mailbox must count against its daily limit one after the other, so the second is written separately.
        var (first, second) = (new List<SignUpRow>(group.Count), new List<SignUpRow>());
        var mailboxes = new HashSet<string>();
        foreach (var row in group)
            (mailboxes.Add(row.Address.MailboxKey) ? first : second).Add(row);
        await WriteDistinctAsync(first, now);
        foreach (var row in second)
            await WriteDistinctAsync([row], now);
    }

    private async Task WriteDistinctAsync(List<SignUpRow> group, DateTimeOffset now)
    {
        await using var db = databases.CreateDbContext();
        await db.Database.OpenConnectionAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var places = group.ConvertAll(row => new PlaceSearch(row, mails.Places(row.Address).Chunk(PlacesAtOnce)));
        var known = await KnownReaders.ReadAsync(db, group, places);
        while ((places = places.FindAll(search => !known.TryPlace(search, now) && search.MoveOn())).Count > 0)
            await known.ReadPlacesAsync(db, places);
        var wanted = group.FindAll(known.Complete);
        if (wanted.Count > 0)
            await InsertAsync(db, wanted, now);
        await transaction.CommitAsync();
    }

    // Writes the whole group in one statement. If a row is missing from the result, another process has signed up the same address.
    private static async Task InsertAsync(DispatchDb db, List<SignUpRow> rows, DateTimeOffset now)
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
}

/// <summary>Looks for a free place among those of a sign-up's address, a few at a time.</summary>
internal sealed class PlaceSearch
{
    private readonly IEnumerator<byte[][]> places;

    public PlaceSearch(SignUpRow row, IEnumerable<byte[][]> groups)
    {
        (Row, places) = (row, groups.GetEnumerator());
        places.MoveNext();
    }

    public SignUpRow Row { get; }

    /// <summary>The tallies that are looked at now (<see cref="MailsToAddress"/>).</summary>
    public byte[][] Places => places.Current;

    /// <summary>Looks at the next tallies. Returns false if there are none.</summary>
    public bool MoveOn() => places.MoveNext();
}
