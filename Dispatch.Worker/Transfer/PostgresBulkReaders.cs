using Dispatch.Worker.Database;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk access on PostgreSQL. A group is copied into a temporary table, and inserted from there with a few statements.</summary>
internal sealed class PostgresBulkReaders(DispatchDb db, NpgsqlConnection connection, string source) : BulkReaders(db, source)
{
    private const string Make = """
        CREATE TEMP TABLE incoming
          (hash bytea, address bytea, name bytea, language text, at timestamptz, newsletter int, state text, confirmed timestamptz)
        ON COMMIT DROP
        """;

    private const string Copy =
        "COPY incoming (hash, address, name, language, at, newsletter, state, confirmed) FROM STDIN (FORMAT BINARY)";

    private const string TakeIn = """
        INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt")
        SELECT DISTINCT ON (hash) hash, address, name, language, at FROM incoming ON CONFLICT ("AddressHash") DO NOTHING
        """;

    private const string Subscribe = """
        INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "SaidWhy")
        SELECT DISTINCT ON (s."Id", i.newsletter) s."Id", i.newsletter, i.state, @source, i.at, i.confirmed, FALSE
        FROM incoming i JOIN "Subscribers" s ON s."AddressHash" = i.hash
        ON CONFLICT ("SubscriberId", "NewsletterId") DO NOTHING
        """;

    public override async Task<int> AddAsync(IReadOnlyList<BulkReader> readers, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(Make, cancel);
        await using (var writer = await connection.BeginBinaryImportAsync(Copy, cancel))
        {
            foreach (var reader in readers)
                Write(writer, reader);
            await writer.CompleteAsync(cancel);
        }
        await ExecuteAsync(TakeIn, cancel);
        var added = await ExecuteAsync(Subscribe, cancel, new NpgsqlParameter("source", Source));
        await transaction.CommitAsync(cancel);
        return added;
    }

    private static void Write(NpgsqlBinaryImporter writer, BulkReader reader)
    {
        var row = reader.Subscriber;
        writer.StartRow();
        writer.Write(row.AddressHash, NpgsqlDbType.Bytea);
        writer.Write(row.SealedAddress, NpgsqlDbType.Bytea);
        writer.Write(row.SealedName, NpgsqlDbType.Bytea);
        writer.Write(row.Language is null ? null : StorableText.Of(row.Language), NpgsqlDbType.Text);
        writer.Write(row.CreatedAt.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        writer.Write(reader.NewsletterId, NpgsqlDbType.Integer);
        writer.Write(reader.State.ToString(), NpgsqlDbType.Text);
        writer.Write(reader.ConfirmedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
