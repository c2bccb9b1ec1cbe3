using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Decisions;

/// <summary>Of two simultaneous decisions about an issue, only the first to be committed counts.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class OvertakenDecisionTests(Provider provider) : DispatchTest(provider)
{
    private static readonly DateTimeOffset Third = new(2026, 12, 16, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task An_issue_moved_while_it_is_rendered_does_not_go_out()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await WhileReadAsync<FanOutJob>(issue, job => job.RunAsync(issue, CancellationToken.None), () => MoveAsync(issue));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Scheduled).And.Property("SendAt").EqualTo(Third));
    }

    [Test]
    public async Task An_issue_moved_while_it_is_held_for_being_late_is_not_held()
    {
        var (issue, other) = (await Given.IssueDueNow(), await Given.IssueDueNow());
        Clock.Advance(TimeSpan.FromDays(1));
        await WhileReadAsync<IssueTick>(issue, tick => tick.DueAsync(CancellationToken.None), () => MoveAsync(issue));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Scheduled).And.Property("SendAt").EqualTo(Third));
        Assert.That((await App.Issue(other)).State, Is.EqualTo(IssueState.Held), "the other is late all the same");
    }

    [Test]
    public async Task Of_two_people_who_move_an_issue_at_once_the_second_is_told()
    {
        var issue = await Given.ScheduledIssue(Third);
        IssueOutcome? second = null;
        await WhileReadAsync<SendingDesk>(issue, async desk =>
            second = await desk.ScheduleAtAsync(issue, Start.AddDays(7), Actor.CommandLine), () => MoveAsync(issue, Start.AddDays(5)));
        Assert.That(second, Is.InstanceOf<IssueOutcome.Refused>().With.Property("Why").Contains("Someone else changed"));
        Assert.That((await App.Issue(issue)).SendAt, Is.EqualTo(Start.AddDays(5)));
    }

    private async Task MoveAsync(int issue, DateTimeOffset? at = null) =>
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.ScheduleAtAsync(issue, at ?? Third, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());

    // Runs 'meanwhile' after 'act' has loaded the issue and before it decides.
    private async Task WhileReadAsync<TService>(int issue, Func<TService, Task> act, Func<Task> meanwhile) where TService : notnull
    {
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DispatchDb>();
        var done = false;
        db.ChangeTracker.Tracked += (_, tracked) =>
        {
            if (done || tracked.Entry.Entity is not Issue { } read || read.Id != issue)
                return;
            done = true;
            Task.Run(meanwhile).GetAwaiter().GetResult();
        };
        await act(ActivatorUtilities.GetServiceOrCreateInstance<TService>(scope.ServiceProvider));
        Assert.That(done);
    }
}

/// <summary>If an issue can't be prepared for sending, it is held.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnreadyIssueTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_whose_newsletter_is_in_a_zone_that_is_unknown_here_is_held_with_the_reason()
    {
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.TimeZone, "Europe/Nowhere"));
        await Given.ConfirmedSubscribers(2);
        var issue = await DueAsync("A road.");
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Held).And.Property("LastError")
            .Contains("Europe/Nowhere"));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task An_issue_whose_text_can_not_be_read_is_held_and_the_next_goes_out()
    {
        await Given.ConfirmedSubscribers(2);
        var (nested, plain) = (await DueAsync(string.Concat(Enumerable.Repeat("> ", 128)) + "x"), await DueAsync("A road."));
        await App.RunUntilIdle();
        Assert.That(await App.Issue(nested), Has.Property("State").EqualTo(IssueState.Held).And.Property("LastError").Not.Empty);
        Assert.That((await App.Issue(plain)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task An_issue_that_can_not_be_stored_as_it_goes_out_is_held()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await DueAsync("A road.");
        await using (var db = App.OpenDb())
        {
            db.Add(new Edition
            {
                IssueId = issue,
                Revision = 1,
                Subject = "another's",
                MailHtml = "",
                MailText = "",
                WebHtml = "",
                MessageIdSeed = new byte[32]
            });
            await db.SaveChangesAsync();
        }
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Held).And.Property("LastError")
            .Contains("prepared for sending"));
    }

    // Stores an issue directly, because the desk would refuse some of these texts.
    private async Task<int> DueAsync(string body)
    {
        await using var db = App.OpenDb();
        var newsletter = await db.Newsletters.SingleAsync();
        var issue = new Issue
        {
            NewsletterId = newsletter.Id,
            Slug = $"issue-{Guid.NewGuid():N}",
            Subject = "From the steppe",
            Body = body,
            CreatedAt = Start,
            UpdatedAt = Start
        };
        issue.ScheduleFor(Clock.GetUtcNow());
        db.Add(issue);
        await db.SaveChangesAsync();
        return issue.Id;
    }
}
