using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries;

/// <summary>
/// Processes that are killed in the middle of an issue, as often as it takes. Whatever happens, every reader is accounted for:
/// nobody is lost; a crash hides at most one mail a connection, and those are uncertain by name.
/// <c>DISPATCH_TEST_READERS</c> and <c>DISPATCH_TEST_KILLS</c> make it a longer run.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres)]
public class KilledRunTests(Provider provider) : DispatchTest(provider)
{
    private const int Connections = 4;

    private static readonly int Readers = Number("DISPATCH_TEST_READERS", 400);
    private static readonly int Kills = Number("DISPATCH_TEST_KILLS", 4);

    // Where in the issue a kill falls is chance, and the same chance each time.
    private readonly Random chance = new(20261202);
    private readonly Lock counting = new();
    private readonly string[] ended = ["is sent", "waits for a person"];
    private int countdown = int.MaxValue;
    private TaskCompletionSource reached = new();

    [Test]
    public async Task Killed_again_and_again_nobody_is_lost_and_no_connection_doubles_more_than_one_mail()
    {
        var issue = await DueNowAsync();
        await KillAgainAndAgainAsync(UncertainDelivery.Resend);
        await EndsAsync(UncertainDelivery.Resend);

        var copies = Smtp.Mails.GroupBy(mail => mail.Recipient).ToList();
        Assert.That(copies, Has.Count.EqualTo(Readers), "nobody is lost");
        var doubled = copies.Where(group => group.Count() > 1).ToList();
        TestContext.Out.WriteLine($"{Readers} readers, {Kills} kills: {doubled.Sum(group => group.Count() - 1)} copies too many");
        Assert.That(doubled.Sum(group => group.Count() - 1), Is.LessThanOrEqualTo(Kills * Connections));
        Assert.That(doubled.Select(group => group.Select(mail => mail.MessageId).Distinct().Count()), Is.All.EqualTo(1), "so that mail programs show one");
        Assert.That(await UncertainAtSomeTimeAsync(issue), Is.SupersetOf(doubled.Select(group => group.Key)).And.Count.LessThanOrEqualTo(Kills * Connections), "by name");
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(Readers).And.Property("Accepted").EqualTo(Readers));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task Told_to_ask_it_doubles_nobody_and_leaves_a_few_to_a_person()
    {
        var issue = await DueNowAsync();
        await KillAgainAndAgainAsync(UncertainDelivery.Ask);
        await EndsAsync(UncertainDelivery.Ask);

        Assert.That(Smtp.Recipients, Is.Unique, "nobody twice");
        var progress = await App.Progress(issue);
        Assert.That(progress, Has.Property("Uncertain").LessThanOrEqualTo(Kills * Connections).And.Property("Pending").EqualTo(0));
        Assert.That(progress.Accepted + progress.Uncertain, Is.EqualTo(Readers));
        var uncertain = await UncertainAtSomeTimeAsync(issue);
        Assert.That(Enumerable.Range(1, Readers).Select(number => $"reader{number}@readers.test").Except(Smtp.Recipients), Is.SubsetOf(uncertain), "whoever has nothing is among those who wait");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(progress.Uncertain == 0 ? IssueState.Sent : IssueState.Sending));
    }

    [Test]
    public async Task Told_to_stop_it_finishes_what_it_has_begun_and_says_goodbye()
    {
        var issue = await DueNowAsync();
        CountDown(Readers / 4);
        await using (var dispatch = Dispatch(UncertainDelivery.Ask, ended))
        {
            await Task.WhenAny(reached.Task, dispatch.Heard);
            Assert.That(await dispatch.TerminateAsync(), Is.Zero, dispatch.Said);
        }
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(Smtp.Mails.Count).And.Property("Uncertain").EqualTo(0), "each is recorded");
    }

    private async Task<int> DueNowAsync()
    {
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow()); // the processes go by the real time
        await Given.ConfirmedSubscribers(Readers);
        Smtp.OnMail = _ =>
        {
            lock (counting)
                if (--countdown == 0)
                    reached.TrySetResult();
        };
        var issue = await Given.IssueDueNow();
        await StopAsync(); // a SQLite file serves one process
        return issue;
    }

    private async Task KillAgainAndAgainAsync(UncertainDelivery uncertain)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            CountDown(chance.Next(1, Readers / (2 * Kills)));
            await using var dispatch = Dispatch(uncertain, ended);
            await Task.WhenAny(reached.Task, dispatch.Heard);
            Assert.That(reached.Task.IsCompleted, $"expected it to be in the middle of the issue, got: {dispatch.Said}");
            await dispatch.KillAsync();
        }
    }

    private async Task EndsAsync(UncertainDelivery uncertain)
    {
        await using var dispatch = Dispatch(uncertain, ended);
        await dispatch.Heard;
        Assert.That(dispatch.Said, Does.Contain(ended[0]).Or.Contain(ended[1]));
    }

    private DispatchProcess Dispatch(UncertainDelivery uncertain, string[] waitFor) => DispatchProcess.Start(Provider is Provider.Sqlite ? "Dispatch.Api.dll" : "Dispatch.Worker.dll", waitFor,
    [
        .. ProcessSettings(), ("Delivery:Uncertain", $"{uncertain}"), ("Delivery:LeaseFor", "00:00:02"), // a killed worker's chunks are free again when its lease has run out
    ]);

    private void CountDown(int mails)
    {
        lock (counting)
        {
            countdown = mails;
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<List<string>> UncertainAtSomeTimeAsync(int issue)
    {
        await using var db = App.OpenDb();
        var ids = await db.Deliveries.Where(delivery => delivery.IssueId == issue && delivery.UncertainAt != null).Select(delivery => delivery.SubscriberId).ToListAsync();
        var ring = App.Services.GetRequiredService<KeyRing>();
        return [.. (await db.Subscribers.Where(subscriber => ids.Contains(subscriber.Id)).ToListAsync()).Select(subscriber => subscriber.AddressFrom(ring).Normalized)];
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var given) ? given : otherwise;
}
