using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>ANALYZE can take minutes on a large ledger, so the fan-out must commit its rows first.</summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StatisticsTests(Provider provider) : DispatchTest(provider)
{
    private const string WaitingForLock = """
        SELECT count(*)::int AS "Value" FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%ANALYZE%'
        """;

    [Test]
    public async Task A_slow_ANALYZE_holds_back_no_row_of_the_fan_out()
    {
        await Given.ConfirmedSubscribers(20);
        var issue = await Given.IssueDueNow();
        await using var db = App.OpenDb();
        await using var other = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlRawAsync("""LOCK TABLE "Deliveries" IN SHARE UPDATE EXCLUSIVE MODE""");

        var fanOut = App.FanOut(issue);
        await using (var looking = App.OpenDb())
        {
            while (!fanOut.IsCompleted && await looking.Database.SqlQueryRaw<int>(WaitingForLock).SingleAsync() == 0)
                await Task.Yield();
            Assert.That(fanOut.IsCompleted, Is.False, "it waits for the lock");
            Assert.That(await looking.Deliveries.CountAsync(), Is.EqualTo(20));
            Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sending));
        }

        await other.RollbackAsync();
        await fanOut;
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(20));
    }
}
