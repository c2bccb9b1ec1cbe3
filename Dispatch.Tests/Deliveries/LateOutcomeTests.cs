using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries;

/// <summary>What a run that was taken for dead has to say after another took its chunk over.</summary>
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
        Assert.That(ledger.Exchange([], [new Claim(late, lateWork)], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimAnswer.Granted }));
        Clock.Advance(TimeSpan.FromMinutes(5));
        var (heir, heirWork) = await LeaseAsync(issue, "heir");
        Assert.That(heirWork.SubscriberId, Is.EqualTo(lateWork.SubscriberId));

        var accepted = new Outcome(issue, lateWork.SubscriberId, DeliveryState.Accepted, 1, null, false, new SmtpReply(ReplyKind.Accepted, 250, "2.0.0", "Taken"));
        if (!together)
            ledger.Exchange([accepted], [], Clock.GetUtcNow());
        Assert.That(ledger.Exchange(together ? [accepted] : [], [new Claim(heir, heirWork)], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimAnswer.Stop }));
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(2).And.Property("Accepted").EqualTo(1).And.Property("Pending").EqualTo(1));
    }

    private async Task<(ChunkRun Run, Work Work)> LeaseAsync(int issue, string by)
    {
        var due = await App.In<DeliveryLedger, List<Work>>(async ledger =>
        {
            Assert.That(await ledger.LeaseAsync(issue, 1, by, CancellationToken.None));
            return await ledger.DueAsync(issue, 1, CancellationToken.None);
        });
        var message = await App.Services.GetRequiredService<IssueMessages>().GetAsync(issue);
        return (new ChunkRun(issue, 1, by, message, due), due[0]);
    }
}
