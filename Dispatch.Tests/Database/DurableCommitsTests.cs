using Dispatch.Tests.Support;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Database;

public class DurableCommitsTests() : DispatchTest(Provider.Sqlite)
{
    private static readonly string[] Pragmas = ["synchronous", "journal_mode", "secure_delete"];

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_unsubscription_answered_between_issues_is_synced_as_the_ledger_is(bool asynchronously)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DispatchDb>();
        if (asynchronously)
            await db.Database.OpenConnectionAsync();
        else
            db.Database.OpenConnection();
        Assert.That(Pragmas.Select(pragma => Told(db, pragma)), Is.EqualTo(new[] { "2", "wal", "1" }),
            "FULL: the write-ahead log is synced at each commit");
    }

    [Test]
    public async Task So_is_a_sign_up()
    {
        var told = new List<string>();
        await App.Services.GetRequiredService<SqliteWriter>().WriteAsync(session =>
        {
            foreach (var pragma in Pragmas)
            {
                using var query = session.Prepare($"PRAGMA {pragma}");
                while (query.Read())
                    told.Add(query.TextAt(0));
            }
        });
        Assert.That(told, Is.EqualTo(new[] { "2", "wal", "1" }));
    }

    [Test]
    public async Task What_was_erased_does_not_stay_in_the_write_ahead_log()
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        var log = new FileInfo(Path.Combine(Folder.Path, "dispatch.db-wal"));
        Assert.That(log.Length, Is.Positive);
        await App.In<PurgeExpired, bool>(async purge =>
        {
            await purge.RunAsync(CancellationToken.None);
            return true;
        });
        log.Refresh();
        Assert.That(log.Length, Is.Zero);
    }

    private static string Told(DispatchDb db, string pragma)
    {
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return $"{command.ExecuteScalar()}";
    }
}
