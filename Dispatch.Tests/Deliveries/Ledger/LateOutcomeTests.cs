using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Mailing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>A run reports outcomes after another run has taken over its chunk.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class LateOutcomeTests(Provider provider) : DispatchTest(provider)
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task That_the_relay_took_the_mail_is_believed_and_it_is_not_sent_again(bool together)
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        using var ledger = App.OpenDb().OpenLedger();
        var (late, lateWork) = await LeaseAsync(issue, "late");
        Assert.That(ledger.Exchange([], [new Claim(late, lateWork)], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimResult.Granted }));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (heir, heirWork) = await LeaseAsync(issue, "heir");
        Assert.That(heirWork.SubscriberId, Is.EqualTo(lateWork.SubscriberId));

        var accepted = new Outcome(issue, lateWork.SubscriberId, DeliveryState.Accepted, 1, null, false,
            new SmtpReply(ReplyKind.Accepted, 250, "2.0.0", "Taken"));
        if (!together)
            ledger.Exchange([accepted], [], Clock.GetUtcNow());
        Assert.That(ledger.Exchange(together ? [accepted] : [], [new Claim(heir, heirWork)], Clock.GetUtcNow()),
            Is.EqualTo(new[] { ClaimResult.Stop }));
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(2).And.Property("Accepted")
            .EqualTo(1).And.Property("Pending").EqualTo(1));
    }

    [Test]
    public async Task It_counts_at_once_even_if_the_chunk_was_given_back_and_the_late_run_never_ends()
    {
        await Given.ConfirmedSubscribers(1);
        var (issue, ledger, run, _, work) = await TakenOverAsync();
        using (ledger)
        {
            await App.In<DeliveryLedger, bool>(async given =>
            {
                await given.ReleaseAsync(issue, 1, "heir", null);
                return true;
            });
            Assert.That((await App.Progress(issue)).Pending, Is.EqualTo(1));
            ledger.Exchange([new Outcome(issue, work.SubscriberId, DeliveryState.Accepted, 1, null, false, null) { Run = run }],
                [], Clock.GetUtcNow());
            Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(1).And.Property("Pending").Zero);
        }
    }

    [TestCase(DeliveryState.Pending)]
    [TestCase(DeliveryState.Deferred)]
    [TestCase(DeliveryState.Excluded)]
    [TestCase(DeliveryState.Uncertain)]
    public async Task What_is_not_final_is_not_believed_while_another_run_is_mailing_it(DeliveryState late)
    {
        await Given.ConfirmedSubscribers(1);
        var (issue, ledger, run, heir, work) = await TakenOverAsync();
        using (ledger)
        {
            ledger.Exchange([new Outcome(issue, work.SubscriberId, late, 1, null, false, null) { Run = run }], [], Clock.GetUtcNow());
            Assert.That(await StateAsync(), Is.EqualTo(DeliveryState.Claimed));
            ledger.Exchange([new Outcome(issue, work.SubscriberId, DeliveryState.Uncertain, 2, null, true, null) { Run = heir }],
                [], Clock.GetUtcNow());
            Assert.That(await StateAsync(), Is.EqualTo(DeliveryState.Uncertain), "the heir's word counts");
        }
    }

    [Test]
    public async Task Refused_by_one_and_accepted_by_the_other_is_accepted([Values] bool heirFirst)
    {
        await Given.ConfirmedSubscribers(1);
        var (issue, ledger, run, heir, work) = await TakenOverAsync();
        using (ledger)
        {
            var rejected = new Outcome(issue, work.SubscriberId, DeliveryState.Rejected, 1, null, false,
                new SmtpReply(ReplyKind.Permanent, 550, "5.1.1", "No"))
            { Run = run };
            var accepted = new Outcome(issue, work.SubscriberId, DeliveryState.Accepted, 2, null, false,
                new SmtpReply(ReplyKind.Accepted, 250, "2.0.0", "Taken"))
            { Run = heir };
            foreach (var outcome in heirFirst ? new[] { accepted, rejected } : [rejected, accepted])
                ledger.Exchange([outcome], [], Clock.GetUtcNow());
            Assert.That(await StateAsync(), Is.EqualTo(DeliveryState.Accepted));
        }
    }

    [Test]
    public async Task Of_two_claims_to_one_mail_in_one_group_the_one_that_holds_the_chunk_is_granted([Values] bool heirFirst)
    {
        await Given.ConfirmedSubscribers(1);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        using var ledger = App.OpenDb().OpenLedger();
        var (old, oldWork) = await LeaseAsync(issue, "old");
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (heir, heirWork) = await LeaseAsync(issue, "heir");
        Claim[] claims = [new(old, oldWork), new(heir, heirWork)];
        ClaimResult[] answers = [ClaimResult.Stop, ClaimResult.Granted];
        if (heirFirst)
            (claims, answers) = ([claims[1], claims[0]], [answers[1], answers[0]]);
        Assert.That(ledger.Exchange([], claims, Clock.GetUtcNow()), Is.EqualTo(answers));
    }

    // Claims a delivery in one run, and then lets a second run take over the chunk and claim the same delivery.
    private async Task<(int Issue, LedgerConnection Ledger, ChunkRun Late, ChunkRun Heir, DueDelivery Work)> TakenOverAsync()
    {
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var ledger = App.OpenDb().OpenLedger();
        var (late, work) = await LeaseAsync(issue, "late");
        Assert.That(ledger.Exchange([], [new Claim(late, work)], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimResult.Granted }));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (heir, again) = await LeaseAsync(issue, "heir");
        Assert.That(ledger.Exchange([], [new Claim(heir, again)], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimResult.Granted }));
        return (issue, ledger, late, heir, work);
    }

    private async Task<DeliveryState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Deliveries.Select(delivery => delivery.State).SingleAsync();
    }

    private async Task<(ChunkRun Run, DueDelivery Work)> LeaseAsync(int issue, string by)
    {
        var due = await App.In<DeliveryLedger, List<DueDelivery>>(async ledger =>
        {
            Assert.That(await ledger.LeaseAsync(issue, 1, by, CancellationToken.None));
            return await ledger.DueAsync(issue, 1, CancellationToken.None);
        });
        var message = await App.Services.GetRequiredService<IssueMessages>().GetAsync(issue);
        return (new ChunkRun(issue, 1, by, message, due), due[0]);
    }
}
