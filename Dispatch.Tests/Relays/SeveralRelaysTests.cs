using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Issues;

namespace Dispatch.Tests.Relays;

/// <summary>Two relays. The second has three times the weight of the first.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public sealed class SeveralRelaysTests(Provider provider) : DispatchTest(provider), IAsyncDisposable
{
    private readonly ScriptedSmtpServer second = new();

    public async ValueTask DisposeAsync() => await second.DisposeAsync();

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Mail:Relays:0:Url", $"smtp://news:right@{new Uri(Smtp.Url).Authority}?tls=none"),
        ("Mail:Relays:0:Connections", "4"),
        ("Mail:Relays:1:Url", second.Url), ("Mail:Relays:1:Connections", "4"), ("Mail:Relays:1:Weight", "3"),
    ];

    [SetUp]
    public void LetIn() => Smtp.Login = ("news", "right");

    [Test]
    public async Task The_mail_is_shared_out_by_their_weights()
    {
        await MailAsync(200);
        Assert.That(AllRecipients, Is.Unique.And.Count.EqualTo(200));
        Assert.That(second.Mails, Has.Count.GreaterThan(Smtp.Mails.Count));
        Assert.That(Smtp.Mails, Is.Not.Empty);
    }

    [Test]
    public async Task When_one_is_down_the_other_takes_over_and_it_takes_its_share_again_when_it_is_back()
    {
        second.Closes();
        var issue = await MailAsync(100);
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(100));

        second.Opens();
        Clock.Advance(TimeSpan.FromMinutes(3));
        await MailAsync(0);
        Assert.That(second.Mails, Is.Not.Empty);
        Assert.That(AllRecipients.Count, Is.EqualTo(200));
    }

    [Test]
    public async Task When_one_closes_in_the_middle_nobody_is_left_out_and_nobody_gets_two()
    {
        second.OnMail = _ => second.Answers("421 4.3.2 Shutting down", SmtpStep.Sender);
        await MailAsync(100);
        Assert.That(AllRecipients, Is.Unique.And.Count.EqualTo(100));
    }

    [Test]
    public async Task A_wrong_password_at_one_stops_nothing_while_the_other_takes_mail()
    {
        Smtp.Login = ("news", "changed");
        var issue = await MailAsync(50);
        Assert.That(second.Recipients, Is.Unique.And.Count.EqualTo(50));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_wrong_password_at_one_does_not_pause_the_issue_while_the_other_is_only_down()
    {
        Smtp.Login = ("news", "changed");
        second.Closes();
        var issue = await MailAsync(20);
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sending).And.Property("LastError").Not.Null,
            "time may mend it");

        second.Opens();
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(second.Recipients, Is.Unique.And.Count.EqualTo(20));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    private List<string> AllRecipients => [.. Smtp.Recipients, .. second.Recipients];

    private async Task<int> MailAsync(int furtherReaders)
    {
        await Given.ConfirmedSubscribers(furtherReaders);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        return issue;
    }
}
