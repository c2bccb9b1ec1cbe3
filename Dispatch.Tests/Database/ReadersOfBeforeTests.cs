using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Dispatch.Tests.Database;

/// <summary>
/// A database that was filled before readers were promised more: what it keeps too much of goes when it is brought up to date.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReadersOfBeforeTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Replies_instants_and_numbers_of_erased_readers_go_with_the_migration()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber("ana@readers.test"), await Given.ConfirmedSubscriber("ben@readers.test"));
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
        {
            await db.GetService<IMigrator>().MigrateAsync("LostReplies");
            var (at, then) = (db.Stored(Clock.GetUtcNow().AddMinutes(7)), db.Stored(Clock.GetUtcNow().AddDays(-3).AddMinutes(7)));
            await db.Database.ExecuteSqlAsync(
                $"""UPDATE "Deliveries" SET "ReplyText" = '2.0.0 Ok: queued as 4ZxQ', "UpdatedAt" = {at}, "FirstAttemptAt" = {at}""");
            await db.Database.ExecuteSqlAsync($"""UPDATE "Subscriptions" SET "CreatedAt" = {then}, "ConfirmedAt" = {at}""");
            foreach (var (action, id) in new[] { ("subscription.paused", ana), ("subscription.paused", ben), ("subscriber.erased", ana) })
            {
                var target = $"subscriber:{id.SubscriberId}";
                await db.Database.ExecuteSqlAsync(
                    $"""INSERT INTO "Audit" ("At", "Actor", "Action", "Target") VALUES ({at}, 'reader', {action}, {target})""");
            }
            await db.Database.ExecuteSqlAsync($"""DELETE FROM "Subscribers" WHERE "Id" = {ana.SubscriberId}"""); // as erasing did it
            await db.Database.MigrateAsync();
        }
        await App.In<PurgeExpired, bool>(async purge =>
        {
            await purge.RunAsync(CancellationToken.None);
            return true;
        });
        await using var after = App.OpenDb();
        var rows = await after.Deliveries.AsNoTracking().Where(row => row.IssueId == issue).ToListAsync();
        var audit = await after.Audit.AsNoTracking().Where(entry => entry.Target.StartsWith("subscriber"))
            .OrderBy(entry => entry.Id).ToListAsync();
        var subscription = await after.Subscriptions.AsNoTracking().SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(row => row.ReplyText), Is.All.Null);
            Assert.That(rows.Select(row => row.UpdatedAt.UtcTicks % TimeSpan.TicksPerHour), Is.All.Zero);
            Assert.That(rows.Count(row => row.SubscriberId == ben.SubscriberId), Is.EqualTo(1));
            Assert.That(rows.Count(row => row.SubscriberId < 0), Is.EqualTo(1), "the erased one's");
            Assert.That(audit.Select(entry => entry.Target), Is.EqualTo(new[] { $"subscriber:{ben.SubscriberId}", "subscribers" }));
            Assert.That(subscription.CreatedAt, Is.EqualTo(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero)));
            Assert.That(subscription.ConfirmedAt, Is.EqualTo(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)));
        });
        Assert.That((await Given.ConfirmedSubscriber("eva@readers.test")).SubscriberId, Is.GreaterThan(ben.SubscriberId),
            "no number is given twice");
    }
}
