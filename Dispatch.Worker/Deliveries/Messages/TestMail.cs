using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Dispatch.Worker.Deliveries.Messages;

/// <summary>
/// Mails an issue to a few people before readers get it, with a made-up reader's values and a subject marked as a test. Each message is
/// attempted only once. A test is not recorded in the ledger, and its addresses are neither kept nor logged.
/// </summary>
public sealed class TestMail(
    DispatchDb db, IssuePreview preview, IssueAddresses pages, RelayPool relays, KeyRing ring, TokenAddresses addresses,
    SubscriberLinks links, TimeProvider clock, ILogger<TestMail> log)
{
    public const int MostAddresses = 10;
    public const string Mark = "[Test]";

    /// <param name="issueId">The issue, in any state.</param>
    /// <param name="to">The addresses, 1 to <see cref="MostAddresses"/>; each gets one message.</param>
    /// <param name="actor">The person or program that asks for the test.</param>
    /// <param name="cancel">Stops before the next message, never in the middle of a message.</param>
    public async Task<TestMailOutcome> SendAsync(
        int issueId, IReadOnlyList<EmailAddress> to, Actor actor, CancellationToken cancel = default)
    {
        if (to.Count is 0 or > MostAddresses)
            return new TestMailOutcome.Refused($"A test goes to 1 to {MostAddresses} addresses, not {to.Count}.");
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == issueId, cancel) is not { } issue)
            return new TestMailOutcome.Unknown();
        var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        var shown = await preview.ShowAsync(issue, cancel);
        if (shown.Html.Length == 0 || shown.Unreadable) // an issue with errors can still be tested if there is something to see
            return new TestMailOutcome.Unsendable(shown.Errors);
        if (issue.SendStartedAt is null) // its page isn't there yet
            shown = WithPage(shown, pages.Of(newsletter, issue.Id, issue.Slug, issue.Archived), preview.PageUrl);
        var head = MailHead.Of(newsletter.From, newsletter.ReplyTo, $"{Mark} {shown.Subject}", newsletter.Locale);
        var answers = new List<TestMailAnswer>();
        foreach (var address in to)
        {
            cancel.ThrowIfCancellationRequested();
            answers.Add(await db.MayBeMailedAsync(ring.HashOf(address), asks: false, cancel)
                ? await SendAsync(newsletter, head, shown, address, addresses.EnvelopeSenderOfTest(head.From, issueId, answers.Count + 1))
                : new TestMailAnswer(address, ReplyKind.Permanent, "Not sent: this address is on the list of those never to be mailed."));
            if (answers[^1] is { Accepted: false } refused)
                log.LogWarning("Test of issue {Issue}, address {Number} of {Count}: {Kind}", issueId, answers.Count,
                    to.Count, refused.Kind);
        }
        db.Audit.Add(actor.Did("issue.tested", AuditTarget.Issue(issue.Id), clock.GetUtcNow(),
            $"revision {issue.Revision}, {answers.Count(answer => answer.Accepted)} of {to.Count} taken by the relay"));
        await db.SaveChangesAsync(CancellationToken.None); // not cancellable: the messages have already been sent
        return new TestMailOutcome.Done(answers);
    }

    private async Task<TestMailAnswer> SendAsync(
        Newsletter newsletter, MailHead head, PreviewedIssue shown, EmailAddress address, MailboxAddress sender)
    {
        var to = address.ToMailbox(null);
        using var message = MailComposer.Compose(head, to, $"test-{Guid.NewGuid():N}", clock.GetUtcNow(), shown.Text, shown.Html);
        // The fields of an issue, so that the tester sees what mail programs make of them. The link unsubscribes nobody.
        message.Put("List-Id", HeaderText.Named("List-Id", newsletter.Name, $"{newsletter.Slug}.{links.Site.IdnHost}"));
        message.OfferOneClick(preview.UnsubscribeUrl);
        message.Headers.Add("List-Archive", $"<{links.Archive(newsletter.Slug).AbsoluteUri}>");
        var reply = await relays.SendAsync(message, sender, to);
        return new TestMailAnswer(address, reply.Kind, Words(reply));
    }

    private static PreviewedIssue WithPage(PreviewedIssue shown, Uri page, Uri other) => shown with
    {
        Html = shown.Html.Replace($"\"{page.AbsoluteUri}\"", $"\"{other.AbsoluteUri}\"", StringComparison.Ordinal),
        Text = shown.Text.Replace($"{page.AbsoluteUri}\n", $"{other.AbsoluteUri}\n", StringComparison.Ordinal),
    };

    private static string Words(SmtpReply reply) => reply.Kind switch
    {
        ReplyKind.Accepted when reply.IsInOutbox => "Not emailed: written to the outbox folder. Ops can see it at /ops/outbox.",
        ReplyKind.Accepted => "Accepted by the mail server.",
        ReplyKind.Transient => $"The mail server isn't accepting it right now ({reply.Said}). Try again later.",
        ReplyKind.Permanent => $"The relay refused it ({reply.Said}).",
        ReplyKind.RelayFault or ReplyKind.RelayRefusal => $"No mail server accepts email right now: {reply.Text}",
        _ => "The connection broke while it was handed over: it may or may not arrive.",
    };
}

/// <summary>The result of the test for one address, in words for the person who asked for the test.</summary>
public sealed record TestMailAnswer(EmailAddress To, ReplyKind Kind, string Says)
{
    public bool Accepted => Kind is ReplyKind.Accepted;
}

/// <summary>The result of sending a test.</summary>
public abstract record TestMailOutcome
{
    private TestMailOutcome()
    {
    }

    /// <param name="Answers">One answer for each address, in the same order.</param>
    public sealed record Done(IReadOnlyList<TestMailAnswer> Answers) : TestMailOutcome;

    /// <summary>There is no such issue.</summary>
    public sealed record Unknown : TestMailOutcome;

    public sealed record Refused(string Why) : TestMailOutcome;

    /// <summary>The issue can't be rendered at all.</summary>
    public sealed record Unsendable(IReadOnlyList<ContentFault> Faults) : TestMailOutcome;
}
