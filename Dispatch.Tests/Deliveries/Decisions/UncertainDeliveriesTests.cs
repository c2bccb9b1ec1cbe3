using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Decisions;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UncertainDeliveriesTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@readers.test";
    private const string Ben = "ben@readers.test";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Delivery:Uncertain", "ask")];

    [Test]
    public async Task A_person_has_one_sent_again_and_takes_the_other_for_sent()
    {
        var (issue, ana, ben) = await TwoUncertainAsync();
        var api = await ApiCaller.With(App, "ops");
        Assert.That((await api.Post($"/deliveries/{issue}-{ben}/assume-sent")).Is(200)["state"].GetString(), Is.EqualTo("accepted"));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sending), "one is left to decide about");
        Assert.That((await api.Post($"/deliveries/{issue}-{ana}/resend")).Is(200)["state"].GetString(), Is.EqualTo("pending"));
        await App.RunUntilIdle();

        Assert.That((Smtp.MailFor(Ana).Count, Smtp.MailFor(Ben).Count), Is.EqualTo((2, 1)));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.MessageId).Distinct().Count(), Is.EqualTo(1),
            "so that her mail program shows one");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Action.StartsWith("delivery.")).OrderBy(entry => entry.Id)
            .Select(entry => $"{entry.Action} {entry.Target}").ToListAsync(),
            Is.EqualTo(new[] { $"delivery.assumed-sent delivery:{issue}-{ben}", $"delivery.resent delivery:{issue}-{ana}" }));
    }

    [Test]
    public async Task With_the_last_one_taken_for_sent_the_issue_is_sent()
    {
        var (issue, ana, ben) = await TwoUncertainAsync();
        var api = await ApiCaller.With(App);
        foreach (var reader in new[] { ana, ben })
            (await api.Post($"/deliveries/{issue}-{reader}/assume-sent")).Is(200);
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task Only_what_is_uncertain_can_be_decided_about_and_once()
    {
        var (issue, ana, _) = await TwoUncertainAsync();
        var settled = (await Given.ConfirmedSubscriber("late@readers.test")).SubscriberId;
        var api = await ApiCaller.With(App);
        (await api.Post($"/deliveries/{issue}-{ana}/resend")).Is(200);
        Assert.That((await api.Post($"/deliveries/{issue}-{ana}/resend")).Why(409), Does.StartWith("This delivery is pending"));
        await App.RunUntilIdle();
        Assert.That((await api.Post($"/deliveries/{issue}-{ana}/assume-sent")).Why(409), Does.StartWith("This delivery is accepted"));
        foreach (var unknown in new[] { $"{issue}-{settled}", $"{issue}", "x-y", $"{issue}--1" })
            (await api.Post($"/deliveries/{unknown}/resend")).Why(404);
    }

    [Test]
    public async Task A_cancelled_issue_is_not_mailed_again()
    {
        var (issue, ana, _) = await TwoUncertainAsync();
        var api = await ApiCaller.With(App);
        (await api.Post($"/issues/{issue}/cancel")).Is(200);
        Assert.That((await api.Post($"/deliveries/{issue}-{ana}/resend")).Why(409), Does.Contain("not being sent anymore"));
        (await api.Post($"/deliveries/{issue}-{ana}/assume-sent")).Is(200);
    }

    [Test]
    public async Task The_list_shows_states_and_replies_and_nobody_s_address()
    {
        Smtp.Answers("550 5.1.1 <cid@readers.test>: no such mailbox", recipient: "cid@readers.test");
        var cid = await Given.ConfirmedSubscriber("cid@readers.test");
        var (issue, ana, ben) = await TwoUncertainAsync();
        var api = await ApiCaller.With(App);
        var all = (await api.Get($"/issues/{issue}/deliveries")).Is(200);
        Assert.That(all.Items.Select(item => (item.GetProperty("id").GetString(), item.GetProperty("state").GetString())),
            Is.EqualTo(new[] { ($"{issue}-{cid.SubscriberId}", "rejected"), ($"{issue}-{ana}", "uncertain"),
                ($"{issue}-{ben}", "uncertain") }));
        Assert.That(all.Items[0].GetProperty("reply").GetProperty("enhancedCode").GetString(), Is.EqualTo("5.1.1"));
        Assert.That(all.Text, Does.Not.Contain("readers.test"));

        var first = (await api.Get($"/issues/{issue}/deliveries?state=uncertain&limit=1")).Is(200);
        var second = (await api.Get($"/issues/{issue}/deliveries?state=uncertain&limit=1&after={first["next"].GetString()}")).Is(200);
        Assert.That((first.Items.Single().GetProperty("subscriberId").GetInt64(), second.Items.Single()
            .GetProperty("subscriberId").GetInt64()), Is.EqualTo((ana, ben)));
        Assert.That(second["next"].GetString(), Is.Null);
        Assert.That((await api.Get($"/issues/{issue}/deliveries?state=nonesuch")).WrongFields(), Is.EqualTo(new[] { "state" }));
        (await api.Get("/issues/4711/deliveries")).Why(404);
    }

    [Test]
    public async Task At_the_desk_one_is_sent_again_and_one_taken_as_delivered()
    {
        var (issue, ana, ben) = await TwoUncertainAsync();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("2 emails are uncertain"));
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries?state=Uncertain");
        await desk.SubmitAsync($"#decide-{ana}", button: "Send again");
        Assert.That(desk.Text, Does.Contain($"Sending again to reader {ana}.").And.Contain("One email is uncertain"));
        await desk.SubmitAsync($"#decide-{ben}", button: "Mark as delivered");
        await App.RunUntilIdle();
        Assert.That((Smtp.MailFor(Ana).Count, Smtp.MailFor(Ben).Count), Is.EqualTo((2, 1)));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task At_the_desk_all_are_sent_again_at_once_under_their_message_ids()
    {
        var (issue, _, _) = await TwoUncertainAsync();
        var desk = await DeskBrowser.SignedInAsync(App);
        var late = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries");
        await late.OpenAsync($"/desk/issues/{issue}/deliveries");
        await desk.SubmitAsync("#uncertain form", button: "Send all again");
        Assert.That(desk.Text, Does.Contain("Sent again: 2."));
        await late.SubmitAsync("#uncertain form", button: "Mark all as delivered");
        Assert.That(late.Text, Does.Contain("There was nothing left to decide."));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Select(mail => mail.MessageId).Distinct().Count(), Is.EqualTo(2));
        Assert.That((Smtp.Mails.Count, (await App.Issue(issue)).State), Is.EqualTo((4, IssueState.Sent)));
    }

    [Test]
    public async Task At_the_desk_all_are_taken_as_delivered_and_the_issue_is_sent()
    {
        var (issue, _, _) = await TwoUncertainAsync();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries");
        await desk.SubmitAsync("#uncertain form", button: "Mark all as delivered");
        Assert.That(desk.Text, Does.Contain("Marked as delivered: 2."));
        Assert.That(((await App.Issue(issue)).State, Smtp.Mails.Count), Is.EqualTo((IssueState.Sent, 2)));
    }

    private async Task<(int Issue, long Ana, long Ben)> TwoUncertainAsync()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber(Ana), await Given.ConfirmedSubscriber(Ben));
        Smtp.HangsUp(SmtpStep.EndOfData, Ana);
        Smtp.HangsUp(SmtpStep.EndOfData, Ben);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Progress(issue)).Uncertain, Is.EqualTo(2));
        return (issue, ana.SubscriberId, ben.SubscriberId);
    }
}
