using Dispatch.Tests.Support;

namespace Dispatch.Tests.Subscribers.Choices;

/// <summary>A reader changes address in the middle of a chunk. A single connection keeps the messages in order.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MovingDuringAnIssueTests(Provider provider) : DispatchTest(provider)
{
    private const string Old = "ana@example.com";
    private const string New = "anna@example.net";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:Relays:0:Connections", "1")];

    [Test]
    public async Task Whoever_moves_in_the_middle_of_a_chunk_gets_it_at_the_new_address_and_holds_up_nobody()
    {
        await Given.ConfirmedSubscribers(20);
        var ana = await Given.ConfirmedSubscriber(Old);
        await Given.ConfirmedSubscriber("zoe@example.com");
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "address"), ("email", New));
        await App.RunUntilIdle();
        var link = Smtp.MailFor(New).Single().Link("/address/").AbsolutePath;
        var issue = await Given.IssueDueNow("On its way");
        await App.FanOut(issue);
        Smtp.OnMail = _ =>
        {
            Smtp.OnMail = null;
            Reader.Presses(link).GetAwaiter().GetResult().EnsureSuccessStatusCode();
        };
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Old).Select(mail => mail.Subject), Has.None.EqualTo("On its way"));
        var mailed = Smtp.Mails.Where(mail => mail.Subject == "On its way").Select(mail => mail.Recipient).ToList();
        Assert.That(mailed, Has.Count.EqualTo(22).And.Unique.And.Contains(New));
        Assert.That(mailed[^1], Is.EqualTo(New), "after whoever came behind in the chunk");
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(22).And.Property("Accepted").EqualTo(22));
    }
}
