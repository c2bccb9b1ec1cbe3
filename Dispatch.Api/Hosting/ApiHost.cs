using Dispatch.Api.Hosting.StaticArchive;
using Dispatch.Api.Http;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>Builds and runs the site: pages, HTTP API and, unless it is disabled, the worker.</summary>
internal static class ApiHost
{
    // The first visitor should not have to wait for the worker to start.
    private static readonly TimeSpan FirstPageFirst = TimeSpan.FromSeconds(1);

    /// <summary>Serves requests until the process is asked to stop.</summary>
    public static async Task ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(Options(args));
        if (builder.Configuration.GetValue<bool>(Proxies.Switch))
            throw new StartException("ASPNETCORE_FORWARDEDHEADERS_ENABLED trusts every caller: remove it, and name your proxy in "
                + "Site:Proxies, e.g. Site__Proxies=10.0.0.0/8");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var started = builder.KeepFailedStartOutOfLog();
        builder.Services.AddDispatch();
        builder.Services.AddDispatchApi();
        if (builder.Configuration.GetSection(WorkerSettings.Section).Get<WorkerSettings>() is null or { Embedded: true })
            builder.Services.AddDispatchWorker(after: FirstPageFirst);
        await using var app = builder.Build();
        using var watch = new PoolWatch();
        // The database is prepared in parallel with the request pipeline, because both take about as long.
        var prepared = Task.Run(() => PrepareAsync(app.Services));
        try
        {
            app.MapDispatchApi();
        }
        catch
        {
            await prepared; // its exception says more about the cause
            throw;
        }
        await prepared;
        _ = Task.Run(() => FirstPage.ReadAsync(app.Services));
        app.Lifetime.ApplicationStarted.Register(started);
        app.Lifetime.ApplicationStarted.Register(() => StartBanner.Write(app, FirstPageFirst));
        // A separate worker may not have this process's folder.
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<ArchiveUploads>().ContinueLeft);
        await app.ListenAsync();
        await app.WaitForShutdownAsync();
    }

    /// <summary>Checks the settings, claims the data folder, and makes the database ready.</summary>
    internal static async Task PrepareAsync(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        services.GetRequiredService<MailDomains>().Check();
        var database = services.GetRequiredService<DatabaseStart>();
        database.TakeAlone();
        await database.PrepareAsync();
    }

    /// <summary>Runs a verb with the service's settings and database, even while the service is running.</summary>
    public static async Task<int> WithServicesAsync(string[] args, Func<IServiceProvider, Task<int>> verb, bool prepared = true)
    {
        var builder = WebApplication.CreateBuilder(Options(args));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDispatch();
        builder.Services.AddDispatchApi();
        await using var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        if (prepared)
            await app.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
        await using var scope = app.Services.CreateAsyncScope();
        return await verb(scope.ServiceProvider);
    }

    /// <summary>Runs a verb with the site itself, which answers within this process and listens on no port.</summary>
    public static async Task<int> WithSiteAsync(string[] args, Func<SiteInProcess, IServiceProvider, Task<int>> verb)
    {
        var builder = WebApplication.CreateBuilder(Options(args));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseStaticWebAssets(); // otherwise only a published program has style sheets, or one in Development
        builder.Services.AddDispatch();
        builder.Services.AddDispatchApi();
        await using var app = builder.Build();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<DatabaseStart>().PrepareAsync();
        var site = new SiteInProcess(app, app.Services.GetRequiredService<IOptions<SiteSettings>>().Value.Url);
        await using var scope = app.Services.CreateAsyncScope();
        return await verb(site, scope.ServiceProvider);
    }

    /// <summary>Prints doctor's findings, one per line. Returns 1 if a check failed.</summary>
    public static Task<int> ExamineAsync(string[] args, CancellationToken cancel) => WithServicesAsync(args, async services =>
    {
        Console.WriteLine($"{"ok",-8} {"settings",-11} every key is known and every value is valid");
        var worst = FindingGrade.Ok;
        await foreach (var (grade, about, says) in services.GetRequiredService<Doctor>().ExamineAsync(askOthers: true, cancel))
        {
            Console.WriteLine($"{grade.ToString().ToLowerInvariant(),-8} {about,-11} {says}");
            worst = grade > worst ? grade : worst;
        }
        return worst is FindingGrade.Failed ? 1 : 0;
    }, prepared: false); // doctor must also run without a database

    // appsettings.json and wwwroot are read from the program's folder, whatever the current directory. A test host sets its own folder.
    private static WebApplicationOptions Options(string[] args) => new()
    {
        Args = CommandLine.ForHost(args),
        ContentRootPath = args.Any(arg => arg.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase)) ? null
        : AppContext.BaseDirectory,
    };
}
