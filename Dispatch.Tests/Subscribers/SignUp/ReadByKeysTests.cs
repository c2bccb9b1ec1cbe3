using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Tests.Subscribers.SignUp;

/// <summary>
/// PostgreSQL kept reading whole tables during a rush, because it had planned the statements while the tables were almost empty.
/// </summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReadByKeysTests(Provider provider) : DispatchTest(provider)
{
    // After five runs of a statement, PostgreSQL may keep its plan.
    private const int Runs = 8;

    [Test]
    public async Task A_rush_of_sign_ups_reads_no_table_from_end_to_end()
    {
        var before = await ScansAsync("SignUpTallies", "Subscribers", "Subscriptions", "Suppressions");
        for (var run = 0; run < Runs; run++)
            await Reader.Subscribes($"reader{run}@example.com");
        Assert.That(await ScansAsync("SignUpTallies", "Subscribers", "Subscriptions", "Suppressions"), Is.EqualTo(before));
    }

    [Test]
    public async Task Nor_do_their_mails()
    {
        for (var run = 0; run < Runs; run++)
            await Reader.Subscribes($"reader{run}@example.com");
        List<SubscriberMail> mails;
        await using (var db = App.OpenDb())
            mails = await db.SubscriberMails.AsNoTracking().ToListAsync();
        var before = await ScansAsync("SubscriberMails", "Confirmations", "Subscribers", "Subscriptions");
        await App.In<ReaderMailClaims, bool>(async queue =>
        {
            for (var run = 0; run < Runs; run++)
            {
                var claimed = await queue.ClaimAsync(1, CancellationToken.None);
                var mail = mails.Single(one => one.Id == claimed!.Open.Single()); // all are due since the same instant, so any may be first
                mail.Drop(Clock.GetUtcNow());
                queue.Record(mail);
            }
            return true;
        });
        Assert.That(await ScansAsync("SubscriberMails", "Confirmations", "Subscribers", "Subscriptions"), Is.EqualTo(before));
        Assert.That(mails, Has.Count.EqualTo(Runs));
    }

    // A session reports what it has read when it ends.
    private async Task<List<string>> ScansAsync(params string[] tables)
    {
        NpgsqlConnection.ClearAllPools();
        await using var db = App.OpenDb();
        await Patience.UntilItHoldsAsync(async () => await db.Database.SqlQueryRaw<int>("""
            SELECT count(*)::int AS "Value" FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """).SingleAsync() == 0);
        return await db.Database.SqlQueryRaw<string>("""
            SELECT relname || ' ' || seq_scan AS "Value" FROM pg_stat_user_tables WHERE relname = ANY({0}) ORDER BY relname
            """, [tables]).ToListAsync();
    }
}
