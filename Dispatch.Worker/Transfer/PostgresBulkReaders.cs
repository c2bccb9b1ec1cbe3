using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk access on PostgreSQL. Rows are copied into temporary tables, and inserted from there with one statement each.</summary>
internal sealed class PostgresBulkReaders(NpgsqlConnection connection) : BulkReaders
{
    private const string MakeSubscribers = """
        CREATE TEMP TABLE incoming_readers (hash bytea, address bytea, name bytea, fields bytea, language text, at timestamptz)
        ON COMMIT DROP
        """;

    private const string CopySubscribers =
        "COPY incoming_readers (hash, address, name, fields, language, at) FROM STDIN (FORMAT BINARY)";

    private const string InsertSubscribers = """
        INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "SealedFields", "Language", "CreatedAt")
        SELECT hash, address, name, fields, language, at FROM incoming_readers ON CONFLICT ("AddressHash") DO NOTHING
        """;

    private const string MakeSubscriptions = """
        CREATE TEMP TABLE incoming_subscriptions (hash bytea, newsletter int, state text, source text, at timestamptz,
          confirmed timestamptz, consent text, unsubscribed timestamptz, paused timestamptz)
        ON COMMIT DROP
        """;

    private const string CopySubscriptions = """
        COPY incoming_subscriptions (hash, newsletter, state, source, at, confirmed, consent, unsubscribed, paused)
        FROM STDIN (FORMAT BINARY)
        """;

    private const string InsertSubscriptions = """
        INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion",
          "UnsubscribedAt", "PausedUntil", "SaidWhy")
        SELECT s."Id", i.newsletter, i.state, i.source, i.at, i.confirmed, i.consent, i.unsubscribed, i.paused, FALSE
        FROM incoming_subscriptions i JOIN "Subscribers" s ON s."AddressHash" = i.hash
        ON CONFLICT ("SubscriberId", "NewsletterId") DO NOTHING
        """;

    public override async Task<bool> InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(byte[] Hash, Subscription Subscription)> subscriptions, CancellationToken cancel)
    {
        var whole = true;
        if (subscribers.Count > 0)
        {
            await ExecuteAsync(MakeSubscribers, cancel);
            await CopyAsync(CopySubscribers, subscribers, Write, cancel);
            whole = await ExecuteAsync(InsertSubscribers, cancel) == subscribers.Count;
        }
        if (subscriptions.Count > 0)
        {
            await ExecuteAsync(MakeSubscriptions, cancel);
            await CopyAsync(CopySubscriptions, subscriptions, Write, cancel);
            // Without statistics, the join might be planned as a scan of all readers.
            await ExecuteAsync("ANALYZE incoming_subscriptions", cancel);
            whole &= await ExecuteAsync(InsertSubscriptions, cancel) == subscriptions.Count;
        }
        return whole;
    }

    private async Task CopyAsync<T>(
        string copy, IReadOnlyList<T> rows, Action<NpgsqlBinaryImporter, T> write, CancellationToken cancel)
    {
        await using var writer = await connection.BeginBinaryImportAsync(copy, cancel);
        foreach (var row in rows)
        {
            writer.StartRow();
            write(writer, row);
        }
        await writer.CompleteAsync(cancel);
    }

    private static void Write(NpgsqlBinaryImporter writer, Subscriber row)
    {
        writer.Write(row.AddressHash, NpgsqlDbType.Bytea);
        writer.Write(row.SealedAddress, NpgsqlDbType.Bytea);
        writer.Write(row.SealedName, NpgsqlDbType.Bytea);
        writer.Write(row.SealedFields, NpgsqlDbType.Bytea);
        writer.Write(row.Language is null ? null : StorableText.Of(row.Language), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
    }

    private static void Write(NpgsqlBinaryImporter writer, (byte[] Hash, Subscription Row) one)
    {
        var row = one.Row;
        writer.Write(one.Hash, NpgsqlDbType.Bytea);
        writer.Write(row.NewsletterId, NpgsqlDbType.Integer);
        writer.Write(row.State.ToString(), NpgsqlDbType.Text);
        writer.Write(StorableText.Of(row.Source), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.ConfirmedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.ConsentVersion, NpgsqlDbType.Text);
        writer.Write(row.UnsubscribedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.PausedUntil?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
