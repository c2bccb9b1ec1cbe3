using System.Threading.Channels;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>What an operator's file says of a provider's limits and pauses.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ProviderLimitsTests(Provider provider) : DispatchTest(provider)
{
    private const string Words = """
        [slow]
        domains = slow.test slower.test
        rate = 30/min
        [busy]
        domains = busy.test busier.test
        pause = 01:00:00 when too many connections
        """;

    protected override IEnumerable<(string Key, string Value)> Configure()
    {
        File.WriteAllText(Folder["providers.conf"], Words);
        return [("Providers:File", Folder["providers.conf"])];
    }

    [TestCase("421 4.7.0 Too many connections, slow down", SmtpStep.Recipient)]
    [TestCase("451 4.7.1 Too many connections", SmtpStep.EndOfData)]
    public async Task A_provider_that_says_later_gets_nothing_for_a_while_and_holds_nobody_else(string reply, SmtpStep step)
    {
        foreach (var number in Enumerable.Range(1, 30))
            foreach (var domain in new[] { "busy.test", "busier.test" })
            {
                await Given.ConfirmedSubscriber($"reader{number}@{domain}");
                Smtp.Answers(reply, step, $"reader{number}@{domain}");
            }
        await Given.ConfirmedSubscribers(60);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients.Order(), Is.EqualTo(Enumerable.Range(1, 60).Select(number => $"reader{number}@readers.test").Order()));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sending).And.Property("LastError").Null);
        Assert.That(await App.Progress(issue), Has.Property("Deferred").EqualTo(60).And.Property("Accepted").EqualTo(60));
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.SumAsync(d => d.State == DeliveryState.Deferred ? d.Attempts : 0), Is.InRange(1, 8),
            "after the first it is left alone");
        Assert.That(App.Services.GetRequiredService<DomainThrottle>().Paused.Single().Provider, Is.EqualTo("busy"));

        await App.RunAfter(TimeSpan.FromMinutes(50));
        Assert.That(await db.Deliveries.SumAsync(d => d.State == DeliveryState.Deferred ? d.Attempts : 0), Is.InRange(1, 8));
        Smtp.AnswersNormally();
        await App.RunAfter(TimeSpan.FromMinutes(11));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(120));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_provider_that_never_takes_it_is_given_up_when_the_retries_run_out()
    {
        foreach (var number in Enumerable.Range(1, 20))
            await Given.ConfirmedSubscriber($"reader{number}@busy.test");
        Smtp.Answers("451 4.7.1 Too many connections");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        for (var hour = 0; hour < 30; hour++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(20));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_rate_holds_for_all_domains_of_a_provider_and_a_run_that_only_waits_makes_room_for_others()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            await Given.ConfirmedSubscriber($"reader{number}@slow.test");
            await Given.ConfirmedSubscriber($"reader{number}@slower.test");
        }
        await Given.ConfirmedSubscribers(130); // three chunks in all, because a test's chunk has 50 deliveries
        var arrivals = Channel.CreateUnbounded<string>();
        Smtp.OnMail = mail => arrivals.Writer.TryWrite(mail.Recipient);
        await Given.IssueDueNow();
        using var stopping = new CancellationTokenSource();
        var mailing = Task.Run(MailAsync);
        var came = new List<string>();
        await ArriveAsync(41);
        Assert.That(came.Count(one => one.Contains("slow", StringComparison.Ordinal)), Is.EqualTo(1), "one each two seconds");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await ArriveAsync(131);
        Assert.That(came.Count(one => one.Contains("slow", StringComparison.Ordinal)), Is.EqualTo(1), "the others did not wait for it");
        await stopping.CancelAsync();
        await mailing.WithinAMinute();

        async Task MailAsync()
        {
            while (!stopping.IsCancellationRequested && await App.Jobs.RunAsync(stopping.Token) + await App.Sweep() > 0)
            {
            }
        }

        async Task ArriveAsync(int count)
        {
            while (came.Count < count)
                came.Add(await arrivals.Reader.ReadAsync().WithinAMinute());
        }
    }
}
