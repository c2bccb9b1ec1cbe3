using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Mails;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Hangfire's storage follows the database: in PostgreSQL beside the data, otherwise in memory. Hangfire only wakes us up; whatever is lost
/// with it is found again in the tables.
/// </summary>
internal static class HangfireServices
{
    /// <summary>Storage and client: for every process that queues jobs or shows the dashboard.</summary>
    public static IServiceCollection AddDispatchJobs(this IServiceCollection services) => services.AddHangfire((provider, hangfire) =>
    {
        hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        if (provider.GetRequiredService<DatabaseChoice>().Postgres is { } connection)
            hangfire.UsePostgreSqlStorage(postgres => postgres.UseNpgsqlConnection(connection), new PostgreSqlStorageOptions
            {
                // Without the first setting, a job that takes longer than the second is run again while it is still running.
                UseSlidingInvisibilityTimeout = true,
                InvisibilityTimeout = TimeSpan.FromMinutes(2),
                QueuePollInterval = TimeSpan.FromSeconds(1),
                EnableLongPolling = true, // notified by the database at once; polling is for missed notifications
                // A lock is a row, and outlives a killed process; all of ours are held only briefly.
                DistributedLockTimeout = TimeSpan.FromSeconds(30),
                PrepareSchemaIfNecessary = false, // DatabaseStart does, behind a lock
                JobExpirationCheckInterval = TimeSpan.FromMinutes(1), // or sweeps fill the dashboard for an hour, see SoonForgotten
            });
        else
            hangfire.UseInMemoryStorage(new InMemoryStorageOptions
            {
                MaxExpirationTime = TimeSpan.FromDays(7),
                CommandTimeout = TimeSpan.FromMinutes(5), // a very busy machine is no reason to give up
            });
    });

    /// <summary>The server that runs the jobs: few at a time, since a single chunk already uses every connection to the relay.</summary>
    public static IServiceCollection AddDispatchJobServer(this IServiceCollection services)
    {
        services.AddHostedService<RecurringJobs>();
        Server("issues", workers: 4);
        Server("delivery", workers: 2);
        Server(SubscriberMailJobs.ConfirmationQueue, workers: 2); // separate: a flood of sign-ups must not delay anything else
        return services;

        void Server(string queue, int workers) => services.AddHangfireServer(server =>
        {
            server.ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{queue}";
            server.Queues = queue == "issues" ? ["issues", "default"] : [queue];
            server.WorkerCount = workers;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            server.StopTimeout = TimeSpan.FromSeconds(1);
            server.ShutdownTimeout = TimeSpan.FromSeconds(25); // mail in flight is completed and recorded
        });
    }
}
