using Dispatch.Tests.Bounces;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Decisions;

/// <summary>A provider refuses an issue because of us. The issue pauses by itself, and nobody is given up.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ProviderHoldsTests(Provider provider) : DispatchTest(provider)
{
    private const string Unauthenticated = "550 5.7.26 Your email has been blocked because the sender is unauthenticated";

    [TestCase(Unauthenticated, SmtpStep.EndOfData)]
    [TestCase("550 5.7.1 Part of their network is on our block list (S3150)", SmtpStep.Recipient)]
    [TestCase("554 5.7.9 Message not accepted for policy reasons", SmtpStep.Data)]
    public async Task Ten_refusals_in_a_row_at_one_provider_pause_the_issue_and_use_up_nobody(string reply, SmtpStep step)
    {
        await ReadersAsync("gmail.com", 25, reply, step);
        await Given.ConfirmedSubscribers(30);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("google refuses").And.Property("LastError").Contains(reply[..9])
            .And.Property("LastError").Contains("10 emails in a row").And.Property("LastError").Contains("resume"));
        var paused = await SumsAgreeAsync(issue, 55);
        Assert.That((paused.Rejected, paused.Pending), Is.EqualTo((0, 55 - paused.Accepted)));
        await App.RunAfter(TimeSpan.FromHours(5));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(paused.Accepted), "it waits for a person");

        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(55));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task Resumed_before_it_is_mended_it_pauses_again_and_still_uses_up_nobody()
    {
        await ReadersAsync("gmail.com", 25, Unauthenticated);
        await Given.ConfirmedSubscribers(5);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await ResumeAsync(issue);
            Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Paused));
            Assert.That((await SumsAgreeAsync(issue, 30)).Rejected, Is.Zero);
        }
        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(30));
    }

    [Test]
    public async Task A_share_of_refusals_pauses_too_although_others_arrive_in_between()
    {
        for (var number = 0; number < 30; number++)
        {
            await Given.ConfirmedSubscriber($"taken{number}@gmail.com");
            await ReadersAsync("gmail.com", 1, "550 5.7.1 Likely unsolicited", name: $"refused{number}-");
        }
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Match("google.*of [3456]"));
        Assert.That((await SumsAgreeAsync(issue, 60)).Rejected, Is.Zero);
        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(60));
    }

    [TestCase("tiny.test", 15, Unauthenticated, Description = "a handful at a small host")]
    [TestCase("gmail.com", 9, Unauthenticated, Description = "a handful at a big one")]
    [TestCase("gmail.com", 22, "550 5.1.1 The account does not exist", Description = "dead mailboxes")]
    [TestCase("gmail.com", 22, "550 5.4.1 No answer from host", Description = "a host that is away")]
    public async Task A_few_refusals_or_refusals_about_readers_pause_nothing(string domain, int readers, string reply)
    {
        await ReadersAsync(domain, readers, reply);
        await Given.ConfirmedSubscribers(60);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That(await SumsAgreeAsync(issue, readers + 60), Has.Property("Rejected").EqualTo(readers)
            .And.Property("Accepted").EqualTo(60));
    }

    [Test]
    public async Task A_host_without_a_name_that_serves_much_of_the_audience_pauses_it_and_is_not_named()
    {
        await ReadersAsync("large.test", 45, Unauthenticated);
        await Given.ConfirmedSubscribers(30);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("One provider refuses").And.Property("LastError").Not.Contains("large.test"));
        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(75));
    }

    [TestCase("550 5.1.1 The account does not exist", "", Description = "a company that has gone")]
    [TestCase(Unauthenticated, "One provider refuses")]
    public async Task A_host_whose_readers_fill_the_first_chunk_is_not_taken_for_the_relay(string reply, string why)
    {
        await ReadersAsync("large.test", 55, reply); // a chunk has 50
        await Given.ConfirmedSubscribers(20);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromSeconds(6)); // the chunk has waited for the others
        Assert.That((await App.Issue(issue)).LastError ?? "", why.Length > 0 ? Does.StartWith(why) : Is.Empty);
        var progress = await SumsAgreeAsync(issue, 75);
        Assert.That((progress.Accepted, progress.Rejected), Is.EqualTo((20, why.Length > 0 ? 0 : 55)));
    }

    [Test]
    public async Task What_another_worker_or_an_earlier_chunk_has_recorded_as_rejected_is_due_again_too()
    {
        var earlier = await ReadersAsync("hotmail.com", 3, Unauthenticated, name: "earlier");
        await ReadersAsync("hotmail.com", 20, Unauthenticated);
        await Given.ConfirmedSubscribers(20);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
            await db.Deliveries.Where(d => earlier.Contains(d.SubscriberId)).ExecuteUpdateAsync(set => set
                .SetProperty(d => d.State, DeliveryState.Rejected).SetProperty(d => d.Attempts, 1).SetProperty(d => d.ReplyCode, 550)
                .SetProperty(d => d.EnhancedCode, "5.7.26").SetProperty(d => d.ReplyText, "unauthenticated"));
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("microsoft"));
        Assert.That((await SumsAgreeAsync(issue, 43)).Rejected, Is.Zero);
        if (Provider is Provider.Postgres) // a SQLite database belongs to one process
        {
            await using var other = NewApp();
            Assert.That(await other.Sweep(), Is.Zero, "another worker sees the pause");
        }
        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(43));
    }

    [Test]
    public async Task Ops_see_why_on_the_page_and_resume_with_one_button()
    {
        await ReadersAsync("gmail.com", 12, Unauthenticated);
        await Given.ConfirmedSubscribers(12);
        var issue = await Given.IssueDueNow("From the steppe");
        await App.RunUntilIdle();
        var editor = await DeskBrowser.SignedInAsync(App, "editor@news.test", StaffRoles.Editor);
        foreach (var page in new[] { "/desk", $"/desk/issues/{issue}", "/ops", "/ops/bounces" })
            Assert.That((await editor.OpenAsync(page)).Text, Does.Contain("google refuses this issue because of us"), page);
        Assert.That(editor.Page.QuerySelector("main form"), Is.Null, "an editor only looks here");
        Smtp.AnswersNormally();
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/ops/bounces");
        await ops.SubmitAsync($"form[action='/ops/bounces?handler=resume&issue={issue}']");
        Assert.That(ops.Text, Does.Contain("Resumed.").And.Not.Contain("google refuses"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(24));
    }

    [Test]
    public async Task Reports_that_come_back_while_it_is_sent_pause_it_and_their_readers_get_it_again()
    {
        await ReadersAsync("gmail.com", 15);
        await ReadersAsync("readers.test", 1, "451 4.3.0 later", name: "later"); // so that the issue is still being sent
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        foreach (var mail in Smtp.Mails.Take(12).ToList())
            await App.In<Intake, IntakeResult>(intake => intake.TakeAsync(ComeBack.Dsn(mail.Sender, mail.Recipient, "5.7.26"), default));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("google").And.Property("LastError").Contains("10 emails of 15"));
        Assert.That(await SumsAgreeAsync(issue, 16), Has.Property("Accepted").EqualTo(3).And.Property("Pending").EqualTo(12));
        Smtp.AnswersNormally();
        await ResumeAsync(issue);
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.Mails.GroupBy(mail => mail.Recipient).Select(copies => copies.Count()).Order(),
            Is.EqualTo(Enumerable.Repeat(1, 4).Concat(Enumerable.Repeat(2, 12))));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    private async Task<IReadOnlyList<long>> ReadersAsync(
        string domain, int count, string? reply = null, SmtpStep step = SmtpStep.Recipient, string name = "reader")
    {
        var readers = new List<long>();
        for (var number = 0; number < count; number++)
        {
            readers.Add((await Given.ConfirmedSubscriber($"{name}{number}@{domain}")).SubscriberId);
            if (reply is not null)
                Smtp.Answers(reply, step, $"{name}{number}@{domain}");
        }
        return readers;
    }

    private async Task ResumeAsync(int issue)
    {
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.ResumeAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
        await App.RunUntilIdle();
    }

    private async Task<Worker.Deliveries.Reports.IssueProgress> SumsAgreeAsync(int issue, int audience)
    {
        var progress = await App.Progress(issue);
        Assert.That(progress.Audience, Is.EqualTo(audience).And.EqualTo(progress.Accepted + progress.Rejected + progress.Pending
            + progress.Deferred + progress.Uncertain + progress.Cancelled + progress.Excluded.Values.Sum()));
        return progress;
    }
}

/// <summary>
/// Refusals in a row are counted by each worker on its own, so several workers together hear more of them. The share is one for all.
/// </summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ProviderHoldsOfSeveralWorkersTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task What_no_worker_hears_often_enough_in_a_row_still_pauses_by_its_share()
    {
        foreach (var half in new[] { "a", "b" })
        {
            for (var number = 0; number < 8; number++)
            {
                await Given.ConfirmedSubscriber($"{half}{number}@gmail.com");
                Smtp.Answers("550 5.7.26 unauthenticated", SmtpStep.Recipient, $"{half}{number}@gmail.com");
            }
            if (half == "a")
                await Given.ConfirmedSubscribers(42); // they fill the first chunk
            else
                await Given.ConfirmedSubscriber("another@example.org");
        }
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await SendAsync(App, issue, chunk: 1);
        Assert.That((await App.Progress(issue)).Rejected, Is.EqualTo(8), "too few to pause");
        await using (var other = NewApp())
            await SendAsync(other, issue, chunk: 2);
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("google refuses").And.Property("LastError").Contains("16 emails of 16"));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(0).And.Property("Pending").EqualTo(16));
    }

    private static async Task SendAsync(DispatchApp worker, int issue, int chunk) => await worker.In<SendChunkJob, bool>(async job =>
    {
        await job.RunAsync(issue, chunk, of: 2, CancellationToken.None);
        return true;
    });
}
