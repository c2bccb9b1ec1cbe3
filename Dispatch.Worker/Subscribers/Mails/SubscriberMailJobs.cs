using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Wakes the job that sends a reader's mail, after the mail's row is committed. The sweep finds what is lost here. Confirmations have a
/// separate queue and workers: anybody can cause any number of them, and nothing else should have to wait for that.
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

    /// <summary>A job that finds no mail: for a sign-up that must take as long as one that leads to a mail.</summary>
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
