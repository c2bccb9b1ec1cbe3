using Dispatch.Worker.Database;
using Dispatch.Worker.Hosting;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>Builds and runs the site: pages, HTTP API and, unless told otherwise, the worker.</summary>
public static class ApiHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
            builder.Services.AddDispatch();
            builder.Services.AddDispatchApi();
            if (builder.Configuration.GetValue("Worker:Embedded", true))
                builder.Services.AddDispatchWorker();
            await using var app = builder.Build();
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            await app.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
            app.MapDispatchApi();
            await app.RunAsync();
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
