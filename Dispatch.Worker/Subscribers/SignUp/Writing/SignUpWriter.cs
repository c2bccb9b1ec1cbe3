using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>
/// Writes simultaneous sign-ups in one transaction: readers, pending subscriptions, confirmations and messages. Sixteen people who sign up
/// at once wait for one commit.
/// </summary>
public sealed class SignUpWriter : IDisposable
{
    private const int LargestGroup = 64;

    private readonly GroupWriter<SignUpRow> rows;
    private readonly Kept<SqliteSignUps> sqlite;

    public SignUpWriter(DatabaseChoice choice, IDbContextFactory<DispatchDb> databases, MailsToAddress mails, TimeProvider clock)
    {
        sqlite = new(() => new(databases, mails));
        var postgres = new PostgresSignUps(databases, mails);
        rows = new(choice.IsPostgres ? group => postgres.WriteAsync(group, clock.GetUtcNow()) : WriteOnSqliteAsync, LargestGroup);

        // SQLite has no asynchronous calls.
        Task WriteOnSqliteAsync(IReadOnlyList<SignUpRow> group)
        {
            sqlite.Use(tables => tables.Write(group, clock.GetUtcNow()));
            return Task.CompletedTask;
        }
    }

    /// <summary>Writes a sign-up unless its address may not be mailed. It is durable when the task completes.</summary>
    /// <exception cref="DbUpdateException">Another process wrote a sign-up for the address at the same instant.</exception>
    internal Task WriteAsync(SignUpRow row) => rows.WriteAsync(row);

    public void Dispose() => sqlite.Dispose();
}
