using Dispatch.Tests.Support;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Database;

/// <summary>Sign-ups, their counts and the outcomes of readers' mails share one connection to SQLite, and its transactions.</summary>
[TestFixture(Provider.Sqlite)]
public class SqliteWriterTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task What_fails_takes_nobody_elses_write_with_it()
    {
        var writer = App.Services.GetRequiredService<SqliteWriter>();
        var writes = Enumerable.Range(1, 40).Select(key => writer.WriteAsync(session =>
        {
            Count(session, (byte)key);
            if (key % 10 == 0)
                throw new InvalidOperationException($"no {key}");
        })).ToList();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        Assert.Multiple(() =>
        {
            Assert.That(writes.Where(write => write.IsFaulted).Select(write => write.Exception!.InnerException!.Message),
                Is.EqualTo(new[] { "no 10", "no 20", "no 30", "no 40" }));
            Assert.That(Keys(), Is.EqualTo(Enumerable.Range(1, 40).Where(key => key % 10 != 0)));
        });
    }

    [Test]
    public async Task After_a_failure_it_writes_again()
    {
        var writer = App.Services.GetRequiredService<SqliteWriter>();
        Assert.That(async () => await writer.WriteAsync(_ => throw new InvalidOperationException("no")), Throws.InvalidOperationException);
        await writer.WriteAsync(session => Count(session, 1));
        Assert.That(Keys(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task It_waits_for_somebody_elses_long_transaction()
    {
        var writer = App.Services.GetRequiredService<SqliteWriter>();
        await using var other = App.OpenDb();
        await using var transaction = await other.Database.BeginTransactionAsync();
        other.SignUpTallies.Add(new SignUpTally { Key = [2], EndsAt = Clock.GetUtcNow() });
        await other.SaveChangesAsync();
        var write = writer.WriteAsync(session => Count(session, 1));
        Assert.That(write.IsCompleted, Is.False);
        await transaction.CommitAsync();
        await write.WithinAMinute();
        Assert.That(Keys(), Is.EqualTo(new[] { 1, 2 }));
    }

    [TestCase("2026-12-02T08:00:00.0000000Z")]
    [TestCase("2026-12-02T08:00:00.1234567Z")]
    [TestCase("2026-12-02T08:00:00.1200000Z")]
    public async Task It_stores_and_reads_instants_as_the_provider_does(string text)
    {
        var at = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var writer = App.Services.GetRequiredService<SqliteWriter>();
        await writer.WriteAsync(session => Count(session, 1, at));
        await using var db = App.OpenDb();
        Assert.That((await db.SignUpTallies.SingleAsync(tally => tally.EndsAt == at)).EndsAt, Is.EqualTo(at));
        db.SignUpTallies.Add(new SignUpTally { Key = [2], EndsAt = at });
        await db.SaveChangesAsync();
        var read = new List<DateTimeOffset>();
        await writer.WriteAsync(session =>
        {
            using var all = session.Prepare("""SELECT "EndsAt" FROM "SignUpTallies" """);
            while (all.Read())
                read.Add(all.InstantAt(0));
        });
        Assert.That(read, Is.EqualTo(new[] { at, at }));
    }

    private static void Count(SqliteSession session, byte key, DateTimeOffset? endsAt = null)
    {
        using var insert = session.Prepare("""INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (?1, ?2, 1)""");
        insert.Bind(1, new[] { key });
        insert.Bind(2, endsAt ?? Start);
        insert.Execute();
    }

    private List<int> Keys()
    {
        using var db = App.OpenDb();
        return [.. db.SignUpTallies.AsEnumerable().Select(tally => (int)tally.Key[0]).Order()];
    }
}
