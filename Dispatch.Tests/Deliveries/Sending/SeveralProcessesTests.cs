using Dispatch.Tests.Support;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Sending;

[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SeveralProcessesTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Two_processes_on_one_issue_mail_everybody_once()
    {
        await Given.ConfirmedSubscribers(200);
        await App.FanOut(await Given.IssueDueNow());
        await using var second = NewApp();
        App.Jobs.Forget();
        App.Clock.Advance(TimeSpan.FromMinutes(11));
        await Task.WhenAll(App.RunUntilIdle(), second.RunUntilIdle());
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [Test]
    public async Task Two_processes_that_wake_at_once_send_the_issue_once()
    {
        var slot = new DateTimeOffset(2026, 12, 16, 8, 0, 0, TimeSpan.Zero);
        await Given.ConfirmedSubscribers(60);
        await Given.ScheduledIssue(slot);
        await using var second = NewApp();
        Clock.SetUtcNow(slot);
        await Task.WhenAll(Task.Run(() => App.RunUntilIdle()), Task.Run(() => second.RunUntilIdle()));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(60));
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.CountAsync(), Is.EqualTo(2), "the first Wednesday's is skipped once");
    }
}
