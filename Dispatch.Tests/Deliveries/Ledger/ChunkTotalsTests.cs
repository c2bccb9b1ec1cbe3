using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>That totals are true after every kind of change is checked after every test (<see cref="LedgerTotals"/>).</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ChunkTotalsTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_chunk_keeps_its_totals_while_no_run_holds_it()
    {
        await Given.ConfirmedSubscribers(3);
        await Given.Suppression("reader3@readers.test", SuppressionReason.Complaint);
        Smtp.Answers("451 4.2.0 Busy", recipient: "reader2@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        Assert.That(await TotalsAsync(), Is.EqualTo("Excluded.Suppressed=1 Pending=2"));

        await App.In<DeliveryLedger, bool>(ledger => ledger.LeaseAsync(issue, 1, "a run", default));
        Assert.That(await TotalsAsync(), Is.Null, "its deliveries may change at any moment");
        Assert.That((await App.Progress(issue)).Pending, Is.EqualTo(2), "counted from the rows");
        await ReleaseAsync(issue, "a run");
        Assert.That(await TotalsAsync(), Is.EqualTo("Excluded.Suppressed=1 Pending=2"));

        await App.RunUntilIdle();
        Assert.That(await TotalsAsync(), Is.EqualTo("Accepted=1 Deferred=1 Excluded.Suppressed=1"));
        var progress = await App.Progress(issue);
        Assert.That((progress.Audience, progress.Accepted, progress.Deferred, progress.Excluded["suppressed"]), Is.EqualTo((3, 1, 1, 1)));
    }

    [Test]
    public async Task A_run_that_lost_its_lease_leaves_no_totals_behind()
    {
        await Given.ConfirmedSubscribers(1);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.In<DeliveryLedger, bool>(ledger => ledger.LeaseAsync(issue, 1, "another run", default));
        await ReleaseAsync(issue, "another run");
        await ReleaseAsync(issue, "the late run");
        Assert.That(await TotalsAsync(), Is.Null, "the late run's outcomes may have come after the count");
    }

    private Task<bool> ReleaseAsync(int issue, string run) => App.In<DeliveryLedger, bool>(async ledger =>
    {
        await ledger.ReleaseAsync(issue, 1, run, null);
        return true;
    });

    private async Task<string?> TotalsAsync()
    {
        await using var db = App.OpenDb();
        return await db.DeliveryChunks.Select(chunk => chunk.Totals).SingleAsync();
    }
}
