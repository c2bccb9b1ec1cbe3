using Dispatch.Worker.Database;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// The steps of a sending thread for one message to a reader: wait for a turn at a relay, ahead of issues; write the message; send it;
/// record the outcome. This class never throws: a message that can't be written is put off, and the other messages are sent.
/// </summary>
internal sealed class ReaderMailLoop(
    RelayPool relays, OverallRateLimiter overall, ReaderMailClaims queue, SubscriberMailWriter writer, KeyRing ring, RetryPolicy retries,
    TimeProvider clock, ILogger<ReaderMailLoop> log)
{
    /// <summary>How old a message's data may be when its turn comes. Older data is read again.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a message waits if this process lacks the key to its address. Another process may have the key, or this process may get the
    /// key with an updated key file.
    /// </summary>
    private static readonly TimeSpan AfterMissingKey = TimeSpan.FromMinutes(1);

    /// <summary>How long a message waits after it could not be written. A person may have to correct the cause.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public void Mail(ReaderMailRun run, ReaderMailWork work)
    {
        var recorded = false;
        try
        {
            recorded = TryMail(run, work);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Mail {Mail} to one reader failed", work.Mail.Id);
            work.Mail.PutOff(clock.GetUtcNow() + AfterFault);
            recorded = Record(run, work.Mail);
        }
        finally
        {
            run.Settle(work, recorded);
        }
    }

    private bool TryMail(ReaderMailRun run, ReaderMailWork work)
    {
        if (!overall.Wait(() => run.IsStopped, ahead: true) || relays.Take(() => run.IsStopped, ahead: true) is not { } turn)
        {
            run.Stop();
            return false;
        }
        using (turn)
        {
            if (clock.GetElapsedTime(work.ReadAt) > FreshFor)
            {
                if (queue.Reread(work) is not { } again)
                    return true; // the reader was erased just now, or the message was settled elsewhere
                work = again;
            }
            return Send(run, work.Mail, work.Facts, turn) && Record(run, work.Mail);
        }
    }

    // Returns whether there is an outcome to record.
    private bool Send(ReaderMailRun run, SubscriberMail mail, SubscriberMailFacts facts, RelayTurn turn)
    {
        try
        {
            if (writer.Write(mail, facts) is not { } message)
            {
                mail.Drop(clock.GetUtcNow());
                return true;
            }
            var reply = relays.Send(message, () => run.IsHeld, turn);
            if (reply.IsTheRelays)
                run.Stop();
            if (reply.Kind is ReplyKind.NotBegun)
                return false;
            mail.Record(reply, retries, relays.RestingUntil, clock.GetUtcNow());
            if (reply is { Kind: ReplyKind.Permanent, About: not ReplyAbout.Mailbox })
                log.LogWarning("Mail {Mail} to one reader is refused for a reason that is not the mailbox's ({About}): {Reply}",
                    mail.Id, reply.About, reply.Said);
            return true;
        }
        catch (KeyRingException fault) when (fault.KeyIsMissing)
        {
            mail.PutOff(clock.GetUtcNow() + AfterMissingKey);
            if (ring.IsToTellOfMissingKey())
                log.LogError("Mail {Mail} to one reader waits, and others may: {Fault}", mail.Id, fault.Message);
            return true;
        }
    }

    // While the database can't be written, the thread waits here with the outcome. It doesn't wait if the run is stopped, because the
    // process may be ending.
    private bool Record(ReaderMailRun run, SubscriberMail mail)
    {
        while (true)
        {
            try
            {
                queue.Record(mail);
                return true;
            }
            catch (Exception fault) when (TransientErrors.Is(fault) && !run.IsStopped)
            {
                log.LogError("The outcome of mail {Mail} to one reader can't be written, and is tried again: {Fault}",
                    mail.Id, fault.Message);
                Thread.Sleep(Pause);
            }
            catch (Exception fault)
            {
                log.LogError(fault, "The outcome of mail {Mail} to one reader was not written; it is sent again", mail.Id);
                return false;
            }
        }
    }
}
