using Dispatch.Worker.Database;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Sets up Hangfire. Its storage is in the same PostgreSQL database as the data; with SQLite it is in memory. No harm is done if a job is
/// lost, because the sweep finds the work again in the tables.
/// </summary>
internal static class HangfireServices
{
    /// <summary>Adds storage and client, for every process that queues jobs or shows the dashboard.</summary>
    public static IServiceCollection AddDispatchJobs(this IServiceCollection services) => services.AddHangfire((provider, hangfire) =>
    {
        hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        if (provider.GetRequiredService<DatabaseChoice>().Postgres is { } connection)
            hangfire.UsePostgreSqlStorage(
                postgres => postgres.UseNpgsqlConnection(connection, PostgresSettings.LimitWhenOpened), PostgresOptions());
        else
            hangfire.UseInMemoryStorage(new InMemoryStorageOptions
            {
                MaxExpirationTime = TimeSpan.FromDays(7),
                CommandTimeout = TimeSpan.FromMinutes(5), // a busy machine should not make a command fail
            });
    });

    private static PostgreSqlStorageOptions PostgresOptions() => new()
    {
        // Without a sliding timeout, a job that takes longer than the invisibility timeout would be run a second time.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(2),
        QueuePollInterval = TimeSpan.FromSeconds(1),
        EnableLongPolling = true, // the database notifies us at once; polling is for missed notifications
        // A lock is a row, which a killed process leaves behind. All our jobs hold locks only briefly.
        DistributedLockTimeout = TimeSpan.FromSeconds(30),
        PrepareSchemaIfNecessary = false, // DatabaseStart prepares the schema, behind a lock
        JobExpirationCheckInterval = TimeSpan.FromMinutes(1), // otherwise succeeded sweeps stay for an hour
    };

    /// <summary>Adds the servers that run the jobs.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="after">How long the servers wait once the process has started.</param>
    public static IServiceCollection AddDispatchJobServer(this IServiceCollection services, TimeSpan after) =>
        services.AddSingleton<RecurringJobs>().AddSingleton(new JobServersStart(after)).AddHostedService<JobServers>();
}
