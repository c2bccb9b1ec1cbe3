using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>
/// Distinguishes transient errors from bugs in Dispatch. An error is transient if the database or the disk can't be reached or is full. EF
/// wraps such errors in its own exceptions.
/// </summary>
public static class TransientErrors
{
    private const int SqliteTooBig = 18, SqliteConstraint = 19, SqliteMismatch = 20, SqliteRange = 25;

    /// <summary>Whether the failed operation may succeed later. An operation refused because of its content never will.</summary>
    public static bool Is(Exception? fault) => IsDatabases(fault) || Passes(fault, other => other is IOException);

    /// <summary>Whether an error is transient and comes from the database. A file that can't be read doesn't count.</summary>
    public static bool IsDatabases(Exception? fault) =>
        Passes(fault, other => other is DbException or TimeoutException or System.Net.Sockets.SocketException);

    private static bool Passes(Exception? fault, Func<Exception, bool> passes)
    {
        for (var at = fault; at is not null; at = at.InnerException)
            if (at is DbUpdateConcurrencyException || IsOfContent(at))
                return false;
            else if (passes(at))
                return true;
        return false;
    }

    // PostgreSQL's error classes: 22 is a data exception (a NUL, a value too long), 23 and 44 are constraints; P0001 is raised by a
    // trigger.
    private static bool IsOfContent(Exception fault) => fault switch
    {
        PostgresException refused => refused.SqlState is ['2', '2' or '3', ..] or ['4', '4', ..] or "P0001",
        SqliteException refused => refused.SqliteErrorCode is SqliteTooBig or SqliteConstraint or SqliteMismatch or SqliteRange,
        _ => false,
    };
}
