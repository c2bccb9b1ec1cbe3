using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>
/// Writes sign-ups: readers, pending subscriptions, confirmations and messages. Sixteen people who sign up at once share a transaction and
/// wait for one commit.
/// </summary>
public sealed class SignUpWriter(
    DatabaseChoice choice, SqliteWriter sqlite, IDbContextFactory<DispatchDb> databases, MailsToAddress mails, TimeProvider clock)
{
    private const int LargestGroup = 64;

    private readonly GroupWriter<SignUpRow> rows = new(
        group => new PostgresSignUps(databases, mails).WriteAsync(group, clock.GetUtcNow()), LargestGroup);

    /// <summary>Writes a sign-up unless its address may not be mailed. It is durable when the task completes.</summary>
    /// <exception cref="DbUpdateException">Another process wrote a sign-up for the address at the same instant.</exception>
    internal Task WriteAsync(SignUpRow row) => choice.IsPostgres ? rows.WriteAsync(row)
        : sqlite.WriteAsync(session => session.Of(one => new SqliteSignUps(one, mails)).Write(row, clock.GetUtcNow()));
}
