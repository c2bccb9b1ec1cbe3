using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Queues the job that sends a message to one reader, once the message's row is committed. If queueing fails, the sweep queues the job
/// later. Confirmations have their own queue and workers: anybody can cause any number of them, and other jobs should not have to wait
/// behind them.
/// </summary>
public sealed class SubscriberMailJobs(IBackgroundJobClient jobs, ILogger<SubscriberMailJobs> log)
{
    public const string ConfirmationQueue = "confirmations";

    private const long Nobody = 0;

    public void Enqueue(params IEnumerable<long> mailIds)
    {
        foreach (var id in mailIds)
            Enqueue(id, EnqueuedState.DefaultQueue);
    }

    public void EnqueueConfirmation(long mailId) => Enqueue(mailId, ConfirmationQueue);

    /// <summary>Queues a job that finds no message. A sign-up that sends nothing must take as long as one that sends a message.</summary>
    public void EnqueueNothing() => Enqueue(Nobody, ConfirmationQueue);

    private void Enqueue(long id, string queue)
    {
        try
        {
            jobs.Create(Job.FromExpression<MailSubscriberJob>(job => job.RunAsync(id, CancellationToken.None)), new EnqueuedState(queue));
        }
        catch (BackgroundJobClientException fault)
        {
            log.LogWarning(fault, "Subscriber mail {Mail} was not queued; the next sweep will find it", id);
        }
    }
}
