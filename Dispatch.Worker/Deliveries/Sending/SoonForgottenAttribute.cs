using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Removes a succeeded job from the dashboard within a minute. Otherwise a job that runs every few seconds would hide all others there.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SoonForgottenAttribute : JobFilterAttribute, IApplyStateFilter
{
    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
        if (context.NewState is SucceededState)
            context.JobExpirationTimeout = TimeSpan.FromMinutes(1);
    }

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
    }
}
