using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>
/// Distinguishes a database or disk that can't be reached or is full, which passes, from a bug of ours. EF wraps transient errors in its
/// own exceptions.
/// </summary>
public static class TransientErrors
{
    private const int SqliteTooBig = 18, SqliteConstraint = 19, SqliteMismatch = 20, SqliteRange = 25;

    /// <summary>Whether the same operation may succeed later. What was refused for its content never will.</summary>
    public static bool Is(Exception? fault) => IsDatabases(fault) || Passes(fault, other => other is IOException);

    /// <summary>The same for the database alone: a file that can't be read is not its problem.</summary>
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

    // PostgreSQL's classes: 22 data exception (a NUL, a value too long), 23 and 44 constraints, P0001 raised by a trigger.
    private static bool IsOfContent(Exception fault) => fault switch
    {
        PostgresException refused => refused.SqlState is ['2', '2' or '3', ..] or ['4', '4', ..] or "P0001",
        SqliteException refused => refused.SqliteErrorCode is SqliteTooBig or SqliteConstraint or SqliteMismatch or SqliteRange,
        _ => false,
    };
}
