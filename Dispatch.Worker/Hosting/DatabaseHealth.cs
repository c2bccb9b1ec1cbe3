using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// The readiness check of the database. Without the database, only error pages can be served. A database that doesn't answer within a few
/// seconds is as good as none.
/// </summary>
public sealed class DatabaseHealth(IDbContextFactory<DispatchDb> databases, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Task<bool>? asking; // one question at a time, however often the check is called

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Task<bool> answer;
        lock (gate)
            answer = asking = asking is { IsCompleted: false } ? asking : AskAsync();
        try
        {
            return await answer.WaitAsync(Patience, clock, cancellationToken) ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("the database can't be reached");
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy("the database doesn't answer");
        }
    }

    private async Task<bool> AskAsync()
    {
        await using var db = databases.CreateDbContext();
        return await db.Database.CanConnectAsync();
    }
}
