using Hangfire;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers;

/// <summary>Wakes the job that sends a reader's mail, after the mail's row is committed. What is lost here the sweep finds.</summary>
public sealed class SubscriberMailJobs(IBackgroundJobClient jobs, ILogger<SubscriberMailJobs> log)
{
    private const long Nobody = 0;

    public void Enqueue(params IEnumerable<long> mailIds)
    {
        foreach (var id in mailIds)
            Enqueue(id);
    }

    /// <summary>A job that finds no mail: for a sign-up that must take as long as one that leads to a mail.</summary>
    public void EnqueueNothing() => Enqueue(Nobody);

    private void Enqueue(long id)
    {
        try
        {
            jobs.Enqueue<MailSubscriberJob>(job => job.RunAsync(id, CancellationToken.None));
        }
        catch (BackgroundJobClientException fault)
        {
            log.LogWarning(fault, "Subscriber mail {Mail} was not queued; the next sweep will find it", id);
        }
    }
}
