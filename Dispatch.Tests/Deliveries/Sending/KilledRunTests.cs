using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>
/// Kills processes in the middle of an issue as often as <c>DISPATCH_TEST_KILLS</c> says. Each kill may leave one uncertain delivery per
/// connection.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class KilledRunTests(Provider provider) : RunningIssueTest(provider)
{
    private static readonly int Kills = Number("DISPATCH_TEST_KILLS", 2);

    // With a fixed seed, every test run kills after the same numbers of messages.
    private readonly Random chance = new(20261202);

    [Test]
    public async Task Killed_again_and_again_nobody_is_lost_and_no_connection_doubles_more_than_one_mail()
    {
        var issue = await DueNowAsync();
        await KillAgainAndAgainAsync(UncertainDelivery.Resend);
        await using (var last = Dispatch(UncertainDelivery.Resend))
            await EndsAsync(last);
        await AssertEverybodyHasItAsync(issue, Kills * Connections);
    }

    [Test]
    public async Task Told_to_ask_it_doubles_nobody_and_leaves_a_few_to_a_person()
    {
        var issue = await DueNowAsync();
        await KillAgainAndAgainAsync(UncertainDelivery.Ask);
        await using (var last = Dispatch(UncertainDelivery.Ask))
            await EndsAsync(last);

        Assert.That(Smtp.Recipients, Is.Unique, "nobody twice");
        var progress = await App.Progress(issue);
        Assert.That(progress, Has.Property("Uncertain").LessThanOrEqualTo(Kills * Connections).And.Property("Pending").EqualTo(0));
        Assert.That(progress.Accepted + progress.Uncertain, Is.EqualTo(Readers));
        var uncertain = await UncertainAtSomeTimeAsync(issue);
        Assert.That(Enumerable.Range(1, Readers).Select(number => $"reader{number}@readers.test").Except(Smtp.Recipients),
            Is.SubsetOf(uncertain), "whoever has nothing is among those who wait");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(progress.Uncertain == 0 ? IssueState.Sent : IssueState.Sending));
    }

    [Test]
    public async Task Told_to_stop_it_finishes_what_it_has_begun_and_says_goodbye()
    {
        var issue = await DueNowAsync();
        await using (var dispatch = await InTheMiddleAsync(Readers / 4, UncertainDelivery.Ask))
            Assert.That(await dispatch.TerminateAsync(), Is.Zero, dispatch.Said);
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(Smtp.Mails.Count).And.Property("Uncertain")
            .EqualTo(0), "each is recorded");
    }

    private async Task KillAgainAndAgainAsync(UncertainDelivery uncertain)
    {
        for (var kill = 0; kill < Kills; kill++)
            await KillAtAsync(chance.Next(1, Readers / (2 * Kills)), uncertain);
    }
}
