using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// Sets up Hangfire. Its storage is in the same PostgreSQL database as the data; with SQLite it is in memory. Jobs only wake us up: if they
/// are lost, the sweep finds the work again in the tables.
/// </summary>
internal static class HangfireServices
{
    /// <summary>Adds storage and client, for every process that queues jobs or shows the dashboard.</summary>
    public static IServiceCollection AddDispatchJobs(this IServiceCollection services) => services.AddHangfire((provider, hangfire) =>
    {
        hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        if (provider.GetRequiredService<DatabaseChoice>().Postgres is { } connection)
            hangfire.UsePostgreSqlStorage(postgres => postgres.UseNpgsqlConnection(connection), new PostgreSqlStorageOptions
            {
                // Without a sliding timeout, a job that takes longer than the invisibility timeout would be run a second time.
                UseSlidingInvisibilityTimeout = true,
                InvisibilityTimeout = TimeSpan.FromMinutes(2),
                QueuePollInterval = TimeSpan.FromSeconds(1),
                EnableLongPolling = true, // the database notifies us at once; polling is for missed notifications
                // A lock is a row, which a killed process leaves behind. All our jobs hold locks only briefly.
                DistributedLockTimeout = TimeSpan.FromSeconds(30),
                PrepareSchemaIfNecessary = false, // DatabaseStart prepares the schema, behind a lock
                JobExpirationCheckInterval = TimeSpan.FromMinutes(1), // otherwise sweeps fill the dashboard for an hour: see SoonForgotten
            });
        else
            hangfire.UseInMemoryStorage(new InMemoryStorageOptions
            {
                MaxExpirationTime = TimeSpan.FromDays(7),
                CommandTimeout = TimeSpan.FromMinutes(5), // a busy machine should not make a command fail
            });
    });

    /// <summary>
    /// Adds the servers that run the jobs. Few jobs run at a time, since a single chunk already uses every connection to the relay.
    /// </summary>
    public static IServiceCollection AddDispatchJobServer(this IServiceCollection services)
    {
        services.AddHostedService<RecurringJobs>();
        Server("issues", workers: 4);
        Server("delivery", workers: 2);
        Server(ReaderMailWake.Queue, workers: 1); // separate, since no reader should wait behind other jobs, nor those behind readers
        return services;

        void Server(string queue, int workers) => services.AddHangfireServer(server =>
        {
            server.ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{queue}";
            server.Queues = queue == "issues" ? ["issues", "default"] : [queue];
            server.WorkerCount = workers;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            server.StopTimeout = TimeSpan.FromSeconds(1);
            server.ShutdownTimeout = TimeSpan.FromSeconds(25); // time to finish and record the messages under way
        });
    }
}
