using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

/// <summary>The desk says how many readers an issue will go to.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SendingToTheRestTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task How_many_readers_stands_on_the_first_page_and_before_sending()
    {
        var other = await Given.Newsletter("other-letter");
        await Given.ConfirmedSubscribers(1205);
        await Given.ConfirmedSubscriber("other@readers.test", newsletter: other);
        await Given.Subscriber("pending@readers.test", SubscriptionState.Pending);
        await Given.Subscriber("gone@readers.test", SubscriptionState.Unsubscribed);
        await Given.Suppression("reader7@readers.test");
        await Given.Suppression("stranger@readers.test");
        await PauseAsync("reader8@readers.test", Start.AddDays(5));
        await PauseAsync("reader9@readers.test", Start.AddDays(-1)); // this pause has ended but is still stored
        var issue = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk");
        Assert.That(desk.Page.QuerySelectorAll(".board .count").Select(count => count.TextContent),
            Is.EqualTo(new[] { "1,203 readers", "1 reader" }));
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Page.QuerySelector("#sending")!.TextContent, Does.Contain("It goes to 1,203 readers"));
        await desk.SubmitAsync("#editor", button: "Send now");
        Assert.That(desk.Page.QuerySelector("#state")!.TextContent, Does.Contain("in 60 seconds, to 1,203 readers"));
        await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1203), "as it was said");
    }

    [Test]
    public async Task Sending_to_the_rest_is_not_offered_when_nobody_is_left()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Not.Contain("Send to the rest"));
        var api = await ApiCaller.With(App);
        Assert.That((await api.Post($"/issues/{issue}/send")).Why(409), Does.Contain("Nobody is left"));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task It_says_how_many_and_keeps_the_first_sendings_time()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var first = (await App.Issue(issue)).SentAt;
        await Given.ConfirmedSubscriber("late1@readers.test");
        await Given.ConfirmedSubscriber("late2@readers.test");
        Clock.Advance(TimeSpan.FromHours(30));
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("main form", button: "Send to 2 readers");
        Assert.That(desk.Text, Does.Contain("Sending to 2 more readers.").And.Not.Contain("about to go out"));
        await App.RunUntilIdle();
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Page.QuerySelector("#state")!.TextContent,
            Does.Contain("Went out on Tuesday, November 24, 2026, 10:00 (Prague time)").And.Contain(
                "Sent to the rest on Wednesday, November 25, 2026, 16:00").And.Not.Contain("30 hours"));
        Assert.That(await App.Issue(issue), Has.Property("SentAt").EqualTo(first).And.Property("RestSentAt").EqualTo(Clock.GetUtcNow()));
        Assert.That(desk.Text, Does.Not.Contain("Send to the rest"));
        Assert.That(desk.Page.QuerySelector(".sums tfoot")!.TextContent, Does.Contain("5"), "the sums follow");
        Assert.That(Smtp.Mails, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Who_came_since_and_has_paused_is_no_part_of_the_rest()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        foreach (var late in new[] { "resting@readers.test", "back@readers.test", "late@readers.test" })
            await Given.ConfirmedSubscriber(late);
        await PauseAsync("resting@readers.test", Clock.GetUtcNow().AddDays(5));
        await PauseAsync("back@readers.test", Clock.GetUtcNow().AddMinutes(-1));
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("main form", button: "Send to 2 readers");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Skip(2).Select(mail => mail.Recipient), Is.EquivalentTo(new[] { "back@readers.test", "late@readers.test" }));
    }

    [Test]
    public async Task A_cancelled_issues_bar_is_not_full_and_its_rest_can_still_be_sent()
    {
        await Given.ConfirmedSubscribers(12);
        await Given.Suppression("reader7@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Not.Contain("never will").And.Not.Contain("can’t be undone"));
        await desk.SubmitAsync("main form", button: "Cancel the remaining emails");
        Assert.That(desk.Page.QuerySelector("progress")!.GetAttribute("value"), Is.EqualTo("1"), "the one that was excluded");
        await desk.SubmitAsync("main form", button: "Send to 11 readers");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(11));
        Assert.That((await App.Issue(issue)).SentAt, Is.Not.Null);
    }

    private async Task PauseAsync(string address, DateTimeOffset until)
    {
        var reader = (await App.In<Worker.Privacy.KeyRing, byte[]>(ring =>
            Task.FromResult(ring.HashOf(Worker.Addresses.EmailAddress.Parse(address)))));
        await using var db = App.OpenDb();
        var id = await db.Subscribers.Where(row => row.AddressHash == reader).Select(row => row.Id).SingleAsync();
        await db.Subscriptions.Where(row => row.SubscriberId == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PausedUntil, until));
    }
}
