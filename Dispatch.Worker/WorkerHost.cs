using System.CommandLine;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Hosting.Rehearsals;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker;

/// <summary>
/// A standalone worker, which shares the work with all processes on the same PostgreSQL database. It is a named class, because the only
/// <c>Program</c> must be Api's entry point.
/// </summary>
public static class WorkerHost
{
    public static Task<int> Main(string[] args)
    {
        CommandLine.UseInvariantCulture();
        return CommandLine.RunAsync(args, Root, WorkAsync);
    }

    private static RootCommand Root(string[] settings) => new(
        "Dispatch.Worker: sends the email of a Dispatch on PostgreSQL, together with any number of others. Settings follow as "
            + "--Section:Key=value.") { RehearseVerb.Make(settings), BouncesVerb.Make() };

    private static async Task WorkAsync(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(CommandLine.ForHost(settings));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Hangfire", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddDispatch().AddDispatchWorker();
        using var host = builder.Build();
        using var watch = new PoolWatch();
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        var database = host.Services.GetRequiredService<DatabaseChoice>();
        if (!database.IsPostgres)
            throw new StartException(
                $"{DatabaseChoice.Key} is empty: a worker of its own needs PostgreSQL, e.g. "
                    + "Host=localhost;Database=dispatch;Username=dispatch;Password=…. With SQLite the worker runs inside Dispatch.Api.");
        await host.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
        Console.WriteLine($"Dispatch worker {Environment.MachineName}:{Environment.ProcessId} on {database}. Press Ctrl-C to stop it.");
        await host.RunAsync();
    }
}
