using System.Threading.Channels;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Decisions;

/// <summary>The daily limit of a new sender, which grows by the warm-up plan.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class WarmUpTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Delivery:WarmUp:From", "2026-11-24"), ("Delivery:WarmUp:FirstDay", "60"), ("Delivery:WarmUp:Growth", "1.5")];

    [Test]
    public async Task So_many_a_day_and_the_rest_on_the_days_after()
    {
        await Given.ConfirmedSubscribers(170);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(30));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(60));
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("warm-up"));

        await App.RunAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(60 + 90));
        await App.RunAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(170));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task What_was_reserved_and_not_mailed_is_given_back()
    {
        await Given.ConfirmedSubscribers(50);
        Smtp.Closes();
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Smtp.Opens();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(50));
    }
}

/// <summary>A rate limit for the worker, a relay or each receiving domain.</summary>
[TestFixture("Delivery:MessagesPerSecond"), TestFixture("Mail:Relays:0:MessagesPerSecond"),
    TestFixture("Delivery:PerDomain:MessagesPerSecond")]
public class RateTests(string setting) : DispatchTest(Provider.Sqlite)
{
    protected override IEnumerable<(string Key, string Value)> Configure() => [(setting, "0.5")];

    [Test]
    public async Task Mails_go_out_one_by_one_at_that_rate()
    {
        await Given.ConfirmedSubscribers(5);
        var arrivals = Channel.CreateUnbounded<DateTimeOffset>();
        Smtp.OnMail = _ => arrivals.Writer.TryWrite(Clock.GetUtcNow());
        await Given.IssueDueNow();
        var mailing = Task.Run(() => App.RunUntilIdle());
        for (var mail = 0; mail < 5; mail++)
        {
            Assert.That(await arrivals.Reader.ReadAsync().WithinAMinute() - Start, Is.EqualTo(TimeSpan.FromSeconds(2 * mail)));
            Clock.Advance(TimeSpan.FromSeconds(2));
        }
        await mailing.WithinAMinute();
    }

    [Test]
    public async Task Whoever_waits_for_a_turn_stops_when_the_worker_does()
    {
        await Given.ConfirmedSubscribers(5);
        await Given.IssueDueNow();
        using var stopping = new CancellationTokenSource();
        Smtp.OnMail = _ => stopping.Cancel(); // while the other deliveries wait for their turn
        for (var ran = 1; ran > 0 && !stopping.IsCancellationRequested;)
            ran = await App.Jobs.RunAsync(stopping.Token) + await App.In<Sweep, int>(sweep => sweep.LookAsync(CancellationToken.None));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }
}

[TestFixture(Provider.Sqlite)]
public class PerDomainTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() => [("Delivery:PerDomain:Connections", "1")];

    [Test]
    public async Task A_domain_gets_one_mail_at_a_time_and_nobody_is_left_out()
    {
        await Given.ConfirmedSubscribers(30);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Sessions, Is.EqualTo(1), "the one connection serves for all of them");
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(30));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }
}

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class WrongPasswordTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Mail:Relays:0:Url", $"smtp://news:wrong@{new Uri(Smtp.Url).Authority}?tls=none")];

    [Test]
    public async Task It_pauses_the_issue_says_why_and_uses_up_nobody()
    {
        Smtp.Login = ("news", "right");
        await Given.ConfirmedSubscribers(20);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();

        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("password"));
        await using (var db = App.OpenDb())
            Assert.That(await db.Deliveries.Select(delivery => new { delivery.State, delivery.Attempts }).Distinct()
                .SingleAsync(), Is.EqualTo(new { State = DeliveryState.Pending, Attempts = 0 }));
        var asked = Smtp.Sessions;
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.Sessions, Is.EqualTo(asked), "it is not tried on until somebody says so");

        Smtp.Login = ("news", "wrong"); // the relay now accepts the configured password
        await App.In<SendingDesk, IssueOutcome>(desk => desk.ResumeAsync(issue, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(20));
    }
}

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class WrongPasswordAtSignUpTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Mail:Relays:0:Url", $"smtp://news:wrong@{new Uri(Smtp.Url).Authority}?tls=none")];

    [Test]
    public async Task A_wrong_password_uses_up_no_confirmation()
    {
        Smtp.Login = ("news", "right");
        await Reader.Subscribes("ana@readers.test");
        for (var hours = 0; hours < 26; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.Mails, Is.Empty);

        Smtp.Login = ("news", "wrong"); // the relay now accepts the configured password
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(Smtp.MailFor("ana@readers.test"), Has.Count.EqualTo(1));
    }
}

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SendingToTheRestTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_cancelled_on_its_way_can_go_to_whoever_has_not_got_it()
    {
        await Given.ConfirmedSubscribers(60);
        var issue = await Given.IssueDueNow();
        var (mails, answering) = (0, new Lock());
        Smtp.OnMail = _ =>
        {
            lock (answering) // delays every reply until the issue is cancelled
                if (++mails == 30)
                    App.In<SendingDesk, IssueOutcome>(desk => desk.CancelAsync(issue, Actor.CommandLine)).GetAwaiter().GetResult();
        };
        await App.RunUntilIdle();
        var before = Smtp.Mails.Count;
        Assert.That(before, Is.InRange(30, 33), "those under way on the other three connections are finished");
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(before).And.Property("Cancelled").EqualTo(60 - before));
        await Given.ConfirmedSubscriber("new@readers.test");

        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
        await App.RunUntilIdle();

        Assert.That(Smtp.MailFor("new@readers.test"), Has.Count.EqualTo(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(60 + 1), "those that were cancelled, and the new one");
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(61).And.Property("Accepted")
            .EqualTo(61).And.Property("Cancelled").EqualTo(0));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task The_sums_of_an_issue_that_was_sent_are_counted_anew_once_the_rest_have_it()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var api = await ApiCaller.With(App);
        Assert.That(await AcceptedAsync(), Is.EqualTo(3));

        await Given.ConfirmedSubscriber("late@readers.test");
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
        await App.RunUntilIdle();
        Assert.That(await AcceptedAsync(), Is.EqualTo(4));

        async Task<int> AcceptedAsync()
        {
            var progress = (await api.Get($"/issues/{issue}/progress")).Is(200);
            Assert.That(progress["audience"].GetInt32(), Is.EqualTo(progress["accepted"].GetInt32()));
            return progress["accepted"].GetInt32();
        }
    }

    [Test]
    public async Task A_draft_is_not_sent_to_a_rest()
    {
        var issue = await Given.Draft();
        await using var db = App.OpenDb();
        Assert.That((await db.Issues.SingleAsync(known => known.Id == issue)).SendToRest(Start), Is.Not.Null);
    }
}
