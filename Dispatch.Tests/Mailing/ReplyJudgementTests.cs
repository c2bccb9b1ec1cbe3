using Dispatch.Worker.Mailing;

namespace Dispatch.Tests.Mailing;

/// <summary>Real servers' replies, and whom each blames.</summary>
public class ReplyJudgementTests
{
    [TestCase(550, "5.1.1", "User unknown", ReplyAbout.Mailbox)]
    [TestCase(550, "5.1.10", "Domain does not accept mail (nullMX)", ReplyAbout.Mailbox)]
    [TestCase(552, "5.2.2", "Mailbox is full", ReplyAbout.Mailbox)]
    [TestCase(550, "5.1.1", "blocked by policy: no such user", ReplyAbout.Mailbox,
        Description = "the enhanced code decides, not the prose")]
    [TestCase(550, "5.1.8", "Sender address rejected: Domain not found", ReplyAbout.Sender)]
    [TestCase(552, "5.3.4", "Message size exceeds fixed limit", ReplyAbout.Content)]
    [TestCase(554, "5.4.4", "Unable to route", ReplyAbout.Host)]
    [TestCase(550, "5.4.5", "Daily user sending limit exceeded", ReplyAbout.Quota)]
    [TestCase(504, "5.5.2", "<vm>: Helo command rejected: need fully-qualified hostname", ReplyAbout.Session)]
    [TestCase(554, "5.6.0", "Malformed message", ReplyAbout.Content)]
    [TestCase(550, "5.7.26", "This mail is unauthenticated", ReplyAbout.Policy)]
    [TestCase(554, "5.7.1", "Spam message rejected", ReplyAbout.Policy)]
    [TestCase(554, "5.7.1", "Relay access denied", ReplyAbout.Session)]
    [TestCase(550, "5.7.1", "Daily sending quota exceeded", ReplyAbout.Quota)]
    [TestCase(535, "5.7.8", "Authentication credentials invalid", ReplyAbout.Session)]
    [TestCase(550, "5.0.0", "No such user here", ReplyAbout.Mailbox, Description = "X.0 says nothing: the basic code decides")]
    [TestCase(550, null, "No such user here", ReplyAbout.Mailbox)]
    [TestCase(550, null, "Message rejected as spam", ReplyAbout.Policy)]
    [TestCase(550, null, "relaying denied", ReplyAbout.Session)]
    [TestCase(552, null, "Mailbox full", ReplyAbout.Mailbox)]
    [TestCase(552, null, "Message exceeds maximum size", ReplyAbout.Content)]
    [TestCase(553, null, "sender address rejected: not owned by user", ReplyAbout.Sender)]
    [TestCase(554, null, "Transaction failed", ReplyAbout.Policy)]
    [TestCase(556, null, "Domain does not accept mail", ReplyAbout.Mailbox)]
    [TestCase(502, null, "Not implemented", ReplyAbout.Session)]
    [TestCase(503, null, "Bad sequence", ReplyAbout.Session)]
    [TestCase(504, null, "Parameter not implemented", ReplyAbout.Session)]
    [TestCase(530, null, "Sign in first", ReplyAbout.Session)]
    [TestCase(555, null, "Parameters not recognised", ReplyAbout.Session)]
    public void A_refusal_is_about(int code, string? enhanced, string text, ReplyAbout about) =>
        Assert.That(ReplyJudgement.Of(code, enhanced, text), Is.EqualTo(about));

    private readonly Refusals refusals = new();

    [Test]
    public void One_text_again_and_again_is_the_relays_although_it_holds_something_new_each_time()
    {
        var row = Enumerable.Range(1, Refusals.InARow)
            .Select(number => Hear(new(ReplyKind.Permanent, 554, "5.7.1",
                $"Rejected, id=4Xy{number}QnF, see https://relay.example/{number}"), number)).ToList();
        Assert.That(row, Has.All.Property("Fate").EqualTo(RefusalFate.OfTheRelay));
    }

    [Test]
    public void A_mail_that_was_under_way_before_says_nothing_of_what_was_refused_since()
    {
        var early = refusals.Begin();
        var refused = Hear(new(ReplyKind.Permanent, 554, "5.7.1", "No"), 1);
        refusals.Accepted(early, null);
        Assert.That(refused.Fate, Is.EqualTo(RefusalFate.Open));
        refusals.Accepted(refusals.Begin(), null);
        Assert.That(refused.Fate, Is.EqualTo(RefusalFate.InCompany));
    }

    [Test]
    public void What_is_refused_beside_the_row_counts_against_nobody_either()
    {
        var beside = refusals.Begin();
        for (var number = 1; number <= Refusals.InARow; number++)
            Hear(new(ReplyKind.Permanent, 554, "5.7.1", "No"), number);
        Assert.That(refusals.Refused(new(ReplyKind.Permanent, 554, "5.7.1", "No"), new(1, 1, 99), beside).Fate,
            Is.EqualTo(RefusalFate.OfTheRelay));
    }

    [Test]
    public void Dead_mailboxes_at_the_head_of_a_list_are_dead_mailboxes()
    {
        var row = Enumerable.Range(1, Refusals.InARow + 5)
            .Select(number => Hear(new(ReplyKind.Permanent, 550, "5.1.1", "User unknown"), number)).ToList();
        Assert.That(row, Has.All.Property("Fate").EqualTo(RefusalFate.Open));
    }

    private RefusedMail Hear(SmtpReply reply, long reader) => refusals.Refused(reply, new(1, 1, reader), refusals.Begin());
}
