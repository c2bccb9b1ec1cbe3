using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database.Writing;

/// <summary>
/// A connection to SQLite that one writer keeps, with its statements prepared. For a transaction of a few rows, opening a connection and
/// preparing the statements would take longer than all the rest. Not for simultaneous use.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteStatement> statements = [];
    private readonly Dictionary<Type, object> users = [];
    private readonly SqliteStatement begin, commit, rollback;

    /// <summary>Opens a session with the database of a context, which it does not use otherwise.</summary>
    /// <param name="db">The context.</param>
    /// <param name="patience">How long a transaction waits for others to end.</param>
    public SqliteSession(DispatchDb db, TimeSpan patience)
    {
        // Not pooled, so its settings never reach anybody else.
        connection = new(new SqliteConnectionStringBuilder(db.Database.GetConnectionString()) { Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            SqliteSettings.Configure(connection);
            Set($"busy_timeout={(int)patience.TotalMilliseconds}");
            // The same few pages are written again and again. With fewer checkpoints, they are copied into the database file less often.
            Set("wal_autocheckpoint=4000");
            (begin, commit, rollback) = (Prepare("BEGIN IMMEDIATE"), Prepare("COMMIT"), Prepare("ROLLBACK"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement, which lives as long as the session.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(connection, sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Returns an object that has prepared its statements in this session. It is made at the first call.</summary>
    public T Of<T>(Func<SqliteSession, T> make) where T : class
    {
        if (!users.TryGetValue(typeof(T), out var user))
            users[typeof(T)] = user = make(this);
        return (T)user;
    }

    /// <summary>Does some work in a transaction, in which nobody else writes. The work is durable when this returns.</summary>
    public void Write(Action work)
    {
        begin.Execute();
        try
        {
            work();
            commit.Execute();
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        connection.Dispose();
    }

    private void Set(string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        command.ExecuteNonQuery();
    }

    private void TryRollBack()
    {
        try
        {
            rollback.Execute();
        }
        catch (SqliteException)
        {
            // On a full disk, SQLite has already rolled back. The session is disposed of after any failure anyway.
        }
    }
}
