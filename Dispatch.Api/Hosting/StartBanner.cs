using Dispatch.Worker.Database;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Hosting;

/// <summary>
/// Prints the service's addresses at startup. The link for the first account is printed only to a terminal, never to a log.
/// </summary>
internal static class StartBanner
{
    /// <param name="app">The running service.</param>
    /// <param name="linkAfter">How long to wait before making the link for the first account, so that it does not delay the first
    /// page.</param>
    public static void Write(WebApplication app, TimeSpan linkAfter)
    {
        var services = app.Services;
        var site = services.GetRequiredService<IOptions<SiteSettings>>().Value.Url;
        var lines = new List<(string Label, string Value)>
        {
            ("site", site.ToString()),
            ("desk", new Uri(site, "desk").ToString()),
            ("jobs", new Uri(site, "ops/jobs").ToString()),
        };
        if (!app.Urls.Any(url => Uri.TryCreate(url, UriKind.Absolute, out var listens) && listens.Port == site.Port))
            lines.Add(("listens", string.Join(", ", app.Urls)));
        var folders = services.GetRequiredService<IOptions<MailSettings>>().Value.AllRelays
            .Select(relay => RelayUrl.TryParse(relay.Url, out var url, out _) ? url.Folder : null).OfType<string>().ToList();
        if (folders.Count > 0)
            lines.Add(("outbox", $"{new Uri(site, "ops/outbox")}  ({services.GetRequiredService<DataFolder>().PathTo(folders[0])})"));
        lines.Add(("data", services.GetRequiredService<DatabaseChoice>().ToString()));
        if (!services.GetRequiredService<IOptions<WorkerSettings>>().Value.Embedded)
            lines.Add(("worker", "none in this process: Dispatch.Worker sends the email"));
        Console.WriteLine();
        Console.WriteLine("Dispatch is running. Press Ctrl-C to stop it.");
        foreach (var (label, value) in lines)
            Console.WriteLine($"  {label,-8} {value}");
        _ = TellFirstAccountAsync(services, linkAfter);
    }

    private static async Task TellFirstAccountAsync(IServiceProvider services, TimeSpan after)
    {
        await Task.Delay(after);
        if (await services.GetRequiredService<FirstAccount>().LinkAsync() is { } link)
            Console.WriteLine($"\n  Nobody has an account yet. Create the first one here (the link works once):\n  {link}");
        Console.WriteLine();
    }
}
