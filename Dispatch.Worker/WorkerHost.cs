using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker;

/// <summary>A worker alone: it joins whatever works on the same PostgreSQL. A named class, so that Api's entry point stays the one <c>Program</c>.</summary>
public static class WorkerHost
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder(args);
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Hangfire", LogLevel.Warning);
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
            builder.Services.AddDispatch().AddDispatchWorker();
            using var host = builder.Build();
            var database = host.Services.GetRequiredService<DatabaseChoice>();
            if (!database.IsPostgres)
                throw new StartException($"{DatabaseChoice.Key} is empty: a worker of its own needs PostgreSQL, e.g. Host=localhost;Database=dispatch;Username=dispatch;Password=…. With SQLite the worker runs inside Dispatch.Api.");
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
            Console.WriteLine($"Dispatch worker {Environment.MachineName}:{Environment.ProcessId} on {database}");
            await host.RunAsync();
            return 0;
        }
        catch (Exception fault) when (StartFaults.Of(fault) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(line);
            return 1;
        }
    }
}
