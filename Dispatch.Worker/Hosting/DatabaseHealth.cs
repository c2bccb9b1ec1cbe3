using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dispatch.Worker.Hosting;

/// <summary>The readiness check of the database. Without the database, only error pages can be served.</summary>
public sealed class DatabaseHealth(IDbContextFactory<DispatchDb> databases) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = databases.CreateDbContext();
        return await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the database can't be reached");
    }
}
