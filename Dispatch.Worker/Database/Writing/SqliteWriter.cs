using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database.Writing;

/// <summary>
/// Writes on SQLite for everybody who writes a few rows at a time and often: sign-ups, their counts, the outcomes of mails to readers. All
/// use one connection. Writers with connections of their own would wait for each other by sleeping, and each would read again all pages
/// that another has changed. What arrives during one transaction shares the next.
/// </summary>
public sealed class SqliteWriter : IDisposable
{
    private const int LargestGroup = 200;

    /// <summary>As long as EF's commands wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Kept<SqliteSession> session;
    private readonly GroupWriter<Action<SqliteSession>> writes;

    public SqliteWriter(IDbContextFactory<DispatchDb> databases)
    {
        session = new(() =>
        {
            using var db = databases.CreateDbContext();
            return new SqliteSession(db, Patience);
        });
        writes = new(WriteAsync, LargestGroup);
    }

    /// <summary>
    /// Does some work in a transaction, in which nobody else writes. It is durable when the task completes. It may run twice, if the
    /// transaction failed that it shared with others.
    /// </summary>
    internal Task WriteAsync(Action<SqliteSession> work) => writes.WriteAsync(work);

    public void Dispose() => session.Dispose();

    // SQLite has no asynchronous calls.
    private Task WriteAsync(IReadOnlyList<Action<SqliteSession>> group)
    {
        session.Use(open => open.Write(() =>
        {
            foreach (var work in group)
                work(open);
        }));
        return Task.CompletedTask;
    }
}
