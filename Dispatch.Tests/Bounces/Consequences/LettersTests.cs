using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Bounces.Consequences;

/// <summary>Letters to the newsletter and to the address in List-Unsubscribe.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class LettersTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@readers.test", News = "news@sender.test", Desk = "desk@newsroom.test";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Bounces:Mailboxes:0:Url", "imap://user:password@127.0.0.1:1?tls=none"), ("Newsletters:0:ReplyTo", $"The desk <{Desk}>"),
    ];

    [Test]
    public async Task Where_its_mailbox_is_read_an_issue_offers_unsubscribing_by_mail_which_works_from_any_address()
    {
        await MailedAsync();
        var link = Smtp.MailFor(Ana)[0].Message.Headers["List-Unsubscribe"]!;
        var to = link[(link.IndexOf("mailto:", StringComparison.Ordinal) + 7)..].Split('?')[0];
        Assert.That(to, Does.Match("^bounces\\+[a-z2-7]{40}@sender.test$"));
        Assert.That(await TakeAsync(ComeBack.Letter(to, "other@elsewhere.test", "unsubscribe", "", "Auto-Submitted: auto-generated")),
            Is.EqualTo(IntakeResult.Read));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [TestCase("Unsubscribe", "")]
    [TestCase("Re: From the steppe", "Отпишите меня, пожалуйста")]
    public async Task A_reader_who_asks_for_nothing_else_is_unsubscribed(string subject, string text)
    {
        await MailedAsync();
        Assert.That(await TakeAsync(ComeBack.Letter(News, Ana, subject, text)), Is.EqualTo(IntakeResult.Read));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [TestCase("Re: From the steppe", "Thank you for this one!")]
    [TestCase("A question", "How do I unsubscribe my mother?")]
    public async Task Any_other_letter_is_forwarded_to_Reply_To_and_changes_nothing(string subject, string text)
    {
        await MailedAsync();
        Assert.That(await TakeAsync(ComeBack.Letter(News, Ana, subject, text)), Is.EqualTo(IntakeResult.Read));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
        var forwarded = Smtp.MailFor(Desk).Single();
        Assert.That((forwarded.Subject, forwarded.Message.ReplyTo.Mailboxes.Single().Address), Is.EqualTo((subject, Ana)));
        Assert.That(forwarded.Text, Does.StartWith(text[..10]));
        Assert.That(await TakeAsync(forwarded.Bytes), Is.EqualTo(IntakeResult.Unclear), "no loop");
    }

    [TestCase("mx.sender.test; dmarc=fail (p=reject) header.from=readers.test", true)]
    [TestCase("mx.sender.test; spf=pass; dmarc=pass header.from=readers.test", false)]
    public async Task A_goodbye_whose_From_is_forged_is_left_to_a_person_unless_it_answers_the_readers_own_issue(
        string results, bool forged)
    {
        await MailedAsync();
        await TakeAsync(ComeBack.Letter(News, Ana, "Unsubscribe", "", $"Authentication-Results: {results}"));
        Assert.That(await StateAsync(), Is.EqualTo(forged ? SubscriptionState.Confirmed : SubscriptionState.Unsubscribed));
        Assert.That(Smtp.MailFor(Desk), Has.Count.EqualTo(forged ? 1 : 0));
        await TakeAsync(ComeBack.Letter(News, Ana, "Unsubscribe", "",
            $"Authentication-Results: {results}\nIn-Reply-To: <{Smtp.MailFor(Ana)[0].Message.MessageId}>"));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.AnyAsync(entry => entry.Detail!.Contains("by its From alone")), Is.EqualTo(!forged));
    }

    [Test]
    public async Task An_automatic_reply_is_dropped()
    {
        await MailedAsync();
        Assert.That(await TakeAsync(ComeBack.Letter(News, Ana, "Automatic reply: From the steppe", "I am away. Unsubscribe me? No.",
            "Auto-Submitted: auto-replied")), Is.EqualTo(IntakeResult.Read));
        Assert.That(Smtp.MailFor(Desk), Is.Empty);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_letter_that_no_relay_takes_now_stays_in_the_mailbox()
    {
        await MailedAsync();
        Smtp.Answers("451 later", recipient: Desk);
        Assert.That(await TakeAsync(ComeBack.Letter(News, Ana, "Hello", "A tip for you.")), Is.EqualTo(IntakeResult.Later));
    }

    private async Task MailedAsync()
    {
        await Given.ConfirmedSubscriber(Ana);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
    }

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.Select(s => s.State).SingleAsync();
    }

    private Task<IntakeResult> TakeAsync(byte[] bytes) => App.In<Intake, IntakeResult>(intake => intake.TakeAsync(bytes, default));
}
