using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Worker.Transfer;

/// <summary>
/// Bulk insertion on PostgreSQL, by COPY. The readers' ids are drawn from their sequence beforehand, so subscriptions need no join to find
/// their readers.
/// </summary>
internal sealed class PostgresBulkReaders(NpgsqlConnection connection) : BulkReaders
{
    private const string TakeIds = """
        SELECT nextval(pg_get_serial_sequence('"Subscribers"', 'Id')) FROM generate_series(1, $1)
        """;

    private const string CopySubscribers = """
        COPY "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "SealedFields", "Language", "CreatedAt")
        FROM STDIN (FORMAT BINARY)
        """;

    private const string CopySubscriptions = """
        COPY "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion",
          "UnsubscribedAt", "PausedUntil", "SaidWhy")
        FROM STDIN (FORMAT BINARY)
        """;

    private const string CopySuppressions = """COPY "Suppressions" ("AddressHash", "Reason", "CreatedAt") FROM STDIN (FORMAT BINARY)""";

    public override async Task InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(Subscriber Reader, Subscription Subscription)> subscriptions, CancellationToken cancel)
    {
        if (subscribers.Count > 0)
        {
            await NumberAsync(subscribers, cancel);
            await CopyAsync(CopySubscribers, subscribers, Write, cancel);
        }
        if (subscriptions.Count > 0)
            await CopyAsync(CopySubscriptions, subscriptions, Write, cancel);
    }

    public override async Task InsertAsync(IReadOnlyList<Suppression> suppressions, CancellationToken cancel)
    {
        if (suppressions.Count > 0)
            await CopyAsync(CopySuppressions, suppressions, Write, cancel);
    }

    private async Task NumberAsync(IReadOnlyList<Subscriber> subscribers, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(TakeIds, connection) { Parameters = { new() { Value = subscribers.Count } } };
        await using var ids = await command.ExecuteReaderAsync(cancel);
        foreach (var subscriber in subscribers)
        {
            await ids.ReadAsync(cancel);
            subscriber.Id = ids.GetInt64(0);
        }
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
        writer.Write(row.Id, NpgsqlDbType.Bigint);
        writer.Write(row.AddressHash, NpgsqlDbType.Bytea);
        writer.Write(row.SealedAddress, NpgsqlDbType.Bytea);
        writer.Write(row.SealedName, NpgsqlDbType.Bytea);
        writer.Write(row.SealedFields, NpgsqlDbType.Bytea);
        writer.Write(row.Language is null ? null : StorableText.Of(row.Language), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
    }

    private static void Write(NpgsqlBinaryImporter writer, (Subscriber Reader, Subscription Row) one)
    {
        var row = one.Row;
        writer.Write(one.Reader.Id, NpgsqlDbType.Bigint);
        writer.Write(row.NewsletterId, NpgsqlDbType.Integer);
        writer.Write(row.State.ToString(), NpgsqlDbType.Text);
        writer.Write(StorableText.Of(row.Source), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.ConfirmedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.ConsentVersion, NpgsqlDbType.Text);
        writer.Write(row.UnsubscribedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.PausedUntil?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(row.SaidWhy, NpgsqlDbType.Boolean);
    }

    private static void Write(NpgsqlBinaryImporter writer, Suppression row)
    {
        writer.Write(row.AddressHash, NpgsqlDbType.Bytea);
        writer.Write(row.Reason.ToString(), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
    }
}
