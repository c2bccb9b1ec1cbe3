using System.Buffers;
using System.Collections.Concurrent;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Signing;
using Dispatch.Worker.Subscribers;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// Mails one chunk of an issue. Safe to run twice: a chunk is leased by one run at a time, and each delivery is claimed before it
/// begins and recorded before its connection takes the next.
/// </summary>
[Queue("delivery")]
[AutomaticRetry(Attempts = 0)] // the tables decide what is tried again; Hangfire must not add retries of its own
public sealed class SendChunkJob(
    DispatchDb db, DeliveryLedger ledger, LedgerWriter writer, RelayPool relays, SenderPlaces places, KeyRing keys, SubscriberLinks links, TokenAddresses addresses, DkimSigners signers,
    RetryPolicy retries, IOptions<DeliverySettings> settings, TimeProvider clock, ILogger<SendChunkJob> log)
{
    [JobDisplayName("Mail issue {0}, chunk {1} of {2}")]
    public async Task RunAsync(int issueId, int chunk, int of, CancellationToken stopping)
    {
        var run = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        if (!await ledger.LeaseAsync(issueId, chunk, run, settings.Value.Uncertain is UncertainDelivery.Resend, stopping))
            return;
        var trouble = new Trouble { Text = relays.Trouble };
        try
        {
            if (trouble.Text is not null)
                return;
            var message = await MessageAsync(issueId, stopping);
            var due = new ConcurrentQueue<Work>(await ledger.DueAsync(issueId, chunk, stopping));
            await WhileRenewingAsync(issueId, chunk, run, trouble, () =>
                Task.WhenAll(Enumerable.Range(0, Math.Min(places.Count, due.Count)).Select(_ => SendAsync(message, issueId, run, due, trouble, stopping))));
        }
        finally
        {
            await ledger.ReleaseAsync(issueId, chunk, run, trouble.Text is null ? null : relays.RestingUntil);
            await TellAsync(issueId, trouble.Text);
            if (await ledger.FinishAsync(issueId))
                log.LogInformation("Issue {Issue} is sent", issueId);
        }
    }

    // One connection's work: claim, mail, record with the next claim, and so on.
    private async Task SendAsync(IssueMessage message, int issueId, string run, ConcurrentQueue<Work> due, Trouble trouble, CancellationToken stopping)
    {
        using var place = await places.TakeAsync(stopping);
        if (place is null)
            return;
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        Outcome? done = null;
        while (!stopping.IsCancellationRequested && trouble.Text is null && !trouble.LeaseLost && due.TryDequeue(out var work))
        {
            var answer = await writer.ExchangeAsync(done, new Claim(issueId, work.SubscriberId, run));
            done = null;
            if (answer is ClaimAnswer.Stop)
                return;
            if (answer is ClaimAnswer.Granted)
                done = await MailAsync(message, issueId, work, body, trouble);
        }
        await writer.ExchangeAsync(done, null);
    }

    private async Task<Outcome> MailAsync(IssueMessage message, int issueId, Work work, ArrayBufferWriter<byte> body, Trouble trouble)
    {
        Recipient recipient;
        try
        {
            recipient = new(work.SubscriberId, EmailAddress.Parse(keys.Open(work.SealedAddress!, Subscriber.AddressPurpose)),
                work.SealedName is { } name ? keys.Open(name, Subscriber.NamePurpose) : null);
        }
        catch (Exception fault) when (fault is KeyRingException or FormatException)
        {
            log.LogError("Subscriber {Subscriber} can't be mailed: {Fault}", work.SubscriberId, fault.Message);
            return new Outcome(issueId, work.SubscriberId, DeliveryState.Rejected, work.Attempts, null, false, new SmtpReply(ReplyKind.Permanent, 0, null, "The stored address does not open with this key ring."));
        }
        using var mail = message.For(recipient, body);
        signers.Sign(mail, clock.GetUtcNow());
        var reply = await relays.SendAsync(mail, message.SenderFor(work.SubscriberId), mail.To.Mailboxes.First());
        if (reply.Kind is ReplyKind.RelayFault)
            trouble.Text = reply.Text;
        return Outcome.Of(reply, work, issueId, retries, settings.Value.Uncertain, message.StartedAt, clock.GetUtcNow());
    }

    private async Task<IssueMessage> MessageAsync(int issueId, CancellationToken cancel)
    {
        var parts = await (from edition in db.Editions
                           where edition.IssueId == issueId
                           join issue in db.Issues on edition.IssueId equals issue.Id
                           join newsletter in db.Newsletters on issue.NewsletterId equals newsletter.Id
                           select new { edition, newsletter }).AsNoTracking().SingleAsync(cancel);
        return new IssueMessage(parts.edition, parts.newsletter, links, addresses);
    }

    private async Task WhileRenewingAsync(int issueId, int chunk, string run, Trouble trouble, Func<Task> work)
    {
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(issueId, chunk, run, trouble, done.Token);
        try
        {
            await work();
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
    }

    private async Task RenewAsync(int issueId, int chunk, string run, Trouble trouble, CancellationToken done)
    {
        using var timer = new PeriodicTimer(DeliveryLedger.LeaseFor / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
                trouble.LeaseLost |= !await ledger.RenewAsync(issueId, chunk, run, done);
        }
        catch (OperationCanceledException)
        {
            // all mailed
        }
        catch (System.Data.Common.DbException fault)
        {
            log.LogWarning("The lease of issue {Issue}, chunk {Chunk} could not be renewed: {Fault}", issueId, chunk, fault.Message);
            trouble.LeaseLost = true;
        }
    }

    // The desk shows why an issue stands still, and that it moves again.
    private Task<int> TellAsync(int issueId, string? trouble) => db.Issues.Where(issue => issue.Id == issueId && issue.Trouble != trouble && (issue.State == IssueState.Sending || issue.State == IssueState.Paused))
        .ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, trouble));

    private sealed class Trouble
    {
        public volatile string? Text;
        public volatile bool LeaseLost;
    }
}
