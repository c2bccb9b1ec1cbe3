using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Dispatch.Tests.Deliveries.Messages;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class TestMailTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_test_is_the_issue_as_a_reader_would_get_it_with_a_mark_before_its_subject()
    {
        var issue = await Given.Draft("Ночь on the steppe");
        await SendAsync(issue, "ana@news.test");
        var mail = Smtp.MailFor("ana@news.test").Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("[Test] Ночь on the steppe"));
            Assert.That(mail.Message.From.ToString(), Does.Contain("news@sender.test"));
            Assert.That(mail.Message.To.ToString(), Is.EqualTo("ana@news.test"));
            Assert.That(mail.Message.Headers[HeaderId.AutoSubmitted], Is.EqualTo("auto-generated"));
            Assert.That(mail.Message.Headers[HeaderId.ListUnsubscribe], Is.EqualTo("<http://localhost/unsubscribe/preview>"));
            Assert.That(mail.Message.Headers["List-Unsubscribe-Post"], Is.EqualTo("List-Unsubscribe=One-Click"));
            Assert.That(mail.Message.Headers[HeaderId.ListId], Does.EndWith("<china-in-eurasia.localhost>"));
            Assert.That(mail.Sender, Does.Match("^bounces\\+[a-z2-7]{40}@sender.test$"));
            Assert.That(mail.Text, Does.Contain("A road is being built.").And.Not.Contain("\uE000"));
            Assert.That(mail.Html, Does.Contain("A road is being built.").And.Not.Contain("\uE000"));
        });
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.CountAsync(), Is.Zero, "it is no delivery");
        Assert.That((await db.Audit.SingleAsync(entry => entry.Action == "issue.tested")).Detail,
            Is.EqualTo("revision 1, 1 of 1 taken by the relay"));
    }

    [Test]
    public async Task The_links_of_a_test_say_so_and_unsubscribe_nobody()
    {
        foreach (var path in new[] { "/unsubscribe/preview", "/preferences/preview", "/issues/preview" })
            Assert.That(await App.Http.GetStringAsync(path), Does.StartWith("This link is from a test email."));
        var pressed = await App.Http.PostAsync("/unsubscribe/preview", new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]));
        Assert.That((int)pressed.StatusCode, Is.EqualTo(200));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Before_an_issue_has_gone_out_the_link_to_its_page_says_that_there_is_none_yet(bool archived)
    {
        var issue = await Given.IssueDueNow();
        await using (var db = App.OpenDb())
            await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(row => row.Archived, archived));
        EmailAddress[] to = [EmailAddress.Parse("ana@news.test")];
        await App.In<TestMail, TestMailOutcome>(tests => tests.SendAsync(issue, to, Actor.CommandLine));
        await Given.ConfirmedSubscriber("bo@example.com");
        await App.RunUntilIdle();
        await App.In<TestMail, TestMailOutcome>(tests => tests.SendAsync(issue, to, Actor.CommandLine));
        foreach (var (mail, count) in Smtp.MailFor("ana@news.test").Select((mail, sent) => (mail, sent == 0 ? 1 : 0)))
        {
            Assert.That(Regex.Count(mail.Html, "href=\"http://localhost/issues/preview\""), Is.EqualTo(count), mail.Html);
            Assert.That(Regex.Count(mail.Text, "http://localhost/issues/preview\r?\n"), Is.EqualTo(count), mail.Text);
            Assert.That(Regex.Count(mail.Html + mail.Text, "localhost/newsletters/china-in-eurasia/issues/"), Is.EqualTo(2 - 2 * count));
        }
    }

    [Test]
    public async Task A_test_that_comes_back_says_of_which_issue_and_which_address_it_is()
    {
        var issue = await Given.Draft();
        EmailAddress[] to = [EmailAddress.Parse("ana@news.test"), EmailAddress.Parse("bo@news.test")];
        await App.In<TestMail, TestMailOutcome>(tests => tests.SendAsync(issue, to, Actor.CommandLine));
        var sender = Smtp.MailFor("bo@news.test").Single().Sender;
        var token = sender["bounces+".Length..sender.IndexOf('@', StringComparison.Ordinal)];
        Assert.That(App.Services.GetRequiredService<LinkTokens>().TryRead(token, LinkKind.TestBounce, out var about, out var number));
        Assert.That((about, number), Is.EqualTo(((long)issue, 2L)));
    }

    [Test]
    public async Task Each_address_gets_an_answer_of_its_own()
    {
        Smtp.Answers("550 5.1.1 No such user", recipient: "bo@news.test");
        Smtp.Answers("451 4.7.1 Greylisted", recipient: "cy@news.test");
        var done = (TestMailOutcome.Done)await SendAsync(await Given.Draft(), "ana@news.test", "bo@news.test", "cy@news.test");
        Assert.That(done.Answers.Select(answer => (answer.Kind, answer.Says)), Is.EqualTo(new[]
        {
            (ReplyKind.Accepted, "Accepted by the mail server."),
            (ReplyKind.Permanent, "The relay refused it (550 5.1.1 No such user)."),
            (ReplyKind.Transient, "The mail server isn't accepting it right now (451 4.7.1 Greylisted). Try again later."),
        }));
    }

    [Test]
    public async Task When_the_relay_is_away_the_answer_says_so()
    {
        Smtp.Closes();
        var done = (TestMailOutcome.Done)await SendAsync(await Given.Draft(), "ana@news.test");
        Assert.That(done.Answers.Single(), Has.Property("Kind").EqualTo(ReplyKind.RelayFault).And.Property("Says")
            .StartsWith("No mail server accepts email right now: "));
    }

    [TestCase(0)]
    [TestCase(11)]
    public async Task It_goes_to_one_to_ten_addresses(int count)
    {
        var outcome = await SendAsync(await Given.Draft(), [.. Enumerable.Range(1, count).Select(number => $"ana{number}@news.test")]);
        Assert.That(outcome, Is.EqualTo(new TestMailOutcome.Refused($"A test goes to 1 to 10 addresses, not {count}.")));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task An_issue_with_a_fault_can_be_looked_at_and_one_that_does_not_exist_can_not()
    {
        Assert.That(await SendAsync(await Given.Draft(body: "![A road](photos/missing.jpg)"), "ana@news.test"),
            Is.InstanceOf<TestMailOutcome.Done>());
        Assert.That(await SendAsync(99, "ana@news.test"), Is.InstanceOf<TestMailOutcome.Unknown>());
    }

    private Task<TestMailOutcome> SendAsync(int issue, params string[] to) =>
        App.In<TestMail, TestMailOutcome>(test => test.SendAsync(issue, [.. to.Select(EmailAddress.Parse)], Actor.CommandLine));
}
