using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dispatch.Worker.Database.Writing;

/// <summary>
/// A prepared statement, through SQLite's own interface, for what runs hundreds of times a second: there, the provider's commands cost more
/// than the statements themselves. Parameters are numbered from 1, as in the SQL (<c>?1</c>), and columns from 0.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    /// <summary>The form in which Microsoft.Data.Sqlite stores an instant, by which SQLite compares it as text.</summary>
    public const string InstantFormat = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out statement), database);
    }

    public void Bind(int parameter, long value) => raw.sqlite3_bind_int64(statement, parameter, value);

    public void Bind(int parameter, long? value)
    {
        if (value is { } known)
            raw.sqlite3_bind_int64(statement, parameter, known);
        else
            raw.sqlite3_bind_null(statement, parameter);
    }

    public void Bind(int parameter, string? value)
    {
        if (value is not null)
            raw.sqlite3_bind_text(statement, parameter, value);
        else
            raw.sqlite3_bind_null(statement, parameter);
    }

    public void Bind(int parameter, byte[]? value)
    {
        if (value is not null)
            raw.sqlite3_bind_blob(statement, parameter, value);
        else
            raw.sqlite3_bind_null(statement, parameter);
    }

    /// <summary>Binds an instant as <see cref="InstantFormat"/>.</summary>
    public void Bind(int parameter, DateTimeOffset? at)
    {
        Span<byte> text = stackalloc byte["2026-12-02 08:00:00.0000000".Length];
        if (at is not { } instant)
            raw.sqlite3_bind_null(statement, parameter);
        else if (instant.UtcDateTime.TryFormat(text, out var length, InstantFormat, CultureInfo.InvariantCulture))
            raw.sqlite3_bind_text(statement, parameter, text[..length]);
    }

    /// <summary>Runs an insertion of one row, and resets it for the next call.</summary>
    /// <returns>The row's id.</returns>
    public long Insert()
    {
        Execute();
        return raw.sqlite3_last_insert_rowid(database);
    }

    /// <summary>Runs the statement and resets it for the next call.</summary>
    /// <returns>The number of rows that were changed.</returns>
    public int Execute()
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        return result is raw.SQLITE_DONE ? raw.sqlite3_changes(database) : throw Fault(result);
    }

    /// <summary>Runs a query and returns whether it has a row.</summary>
    public bool Any()
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        return result switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw Fault(result),
        };
    }

    /// <summary>Moves to a query's next row. If there is none, returns false and resets the statement for the next call.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(statement);
        if (result is raw.SQLITE_ROW)
            return true;
        raw.sqlite3_reset(statement);
        return result is raw.SQLITE_DONE ? false : throw Fault(result);
    }

    public long Int64At(int column) => raw.sqlite3_column_int64(statement, column);

    public string TextAt(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Reads an instant stored as <see cref="InstantFormat"/>.</summary>
    public DateTimeOffset InstantAt(int column) => DateTimeOffset.Parse(
        TextAt(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public void Dispose() => statement.Dispose();

    // The low byte of an extended result code is the primary one.
    private SqliteException Fault(int result) => new(raw.sqlite3_errmsg(database).utf8_to_string(), result & 0xFF, result);
}
