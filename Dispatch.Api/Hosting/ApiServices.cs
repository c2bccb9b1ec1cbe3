using System.Text.Unicode;
using Dispatch.Api.Audit;
using Dispatch.Api.Deliveries;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Failures;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Issues;
using Dispatch.Api.Newsletters;
using Dispatch.Api.Ops;
using Dispatch.Api.Pages.Caching;
using Dispatch.Api.Pages.Desk;
using Dispatch.Api.Pages.Desk.Issues;
using Dispatch.Api.Pages.Desk.Issues.Editing;
using Dispatch.Api.Pages.Desk.PastIssues;
using Dispatch.Api.Pages.Desk.Readers;
using Dispatch.Api.Pages.Shared;
using Dispatch.Api.Pages.Site.Archive;
using Dispatch.Api.Pages.Site.Feeds;
using Dispatch.Api.Reference;
using Dispatch.Api.Staff;
using Dispatch.Api.Subscribers;
using Dispatch.Api.Suppressions;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using FluentValidation;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.WebEncoders;

namespace Dispatch.Api.Hosting;

/// <summary>Registers and routes everything that Api adds to Dispatch.</summary>
public static class ApiServices
{
    public static IServiceCollection AddDispatchApi(this IServiceCollection services)
    {
        services.AddDispatchLogDiscretion();
        services.AddDispatchErrorPages();
        services.AddDispatchPageCache();
        services.AddRazorPages();
        // Letters of all scripts are written unescaped. Characters with a meaning in HTML are still escaped.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new(UnicodeRanges.All));
        services.AddScoped<SiteView>().AddScoped<FrontPages>().AddScoped<ReaderTexts>();
        services.AddHttpContextAccessor();
        services.AddValidatorsFromAssemblyContaining<SubscribeRequestValidator>(ServiceLifetime.Singleton, includeInternalTypes: true);
        services.AddDispatchApiJson();
        services.AddScoped<IssueAnswers>();
        services.AddDispatchStaff();
        services.AddDispatchStaffAuthentication();
        services.AddDispatchStaffPages();
        services.AddDispatchKeptText();
        services.AddSingleton<OncePerForm>();
        services.AddDispatchApiDescription();
        services.AddDispatchDeskPages();
        services.AddSingleton<DatabaseHealth>().AddSingleton<DiskHealth>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database").AddCheck<DiskHealth>("disk");
        return services;
    }

    // The answer contains only the state of the process and its version.
    private static Task LivenessAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync($"{report.Status}: Dispatch {ProductVersion.Text}");
    }

    // The answer says what is wrong, without internal details.
    private static Task ReadinessAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain";
        var faults = report.Entries.Where(entry => entry.Value.Status is not HealthStatus.Healthy)
            .Select(entry => entry.Value.Description ?? entry.Key);
        return http.Response.WriteAsync(string.Join(": ", new[] { $"{report.Status}", string.Join("; ", faults) }
            .Where(part => part.Length > 0)));
    }

    public static void MapDispatchApi(this WebApplication app)
    {
        app.UseProxies();
        app.UsePublicPath();
        app.UsePageHeaders();
        app.UseKnownHosts();
        app.UsePageCache();
        app.UseErrorPages();
        app.UseJsonCharsets();
        app.UseHttpsForStaff();
        app.UseKeptText();
        app.UseRouting(); // after the error pages, which send a failed request through routing again
        app.UseOldAddresses();
        app.UseStaffHeaders();
        app.UseAuthentication();
        app.UseStaffSessions();
        app.UseTokensFirst();
        app.UseJobDashboard();
        app.UseAuthorization();
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapSubscriptions();
        app.MapNewsletters();
        app.MapIssues();
        app.MapDeliveries();
        app.MapReaders();
        app.MapImports();
        app.MapHoneypot();
        app.MapSuppressions();
        app.MapAudit();
        app.MapStaff();
        app.MapTokens();
        app.MapFeeds();
        app.MapColorSheet();
        app.MapSitemap();
        app.MapSecurityContact();
        app.MapMedia();
        app.MapTestLinks();
        app.MapJobDashboard();
        app.MapIssueWatch();
        app.MapPasting();
        app.MapImportUpload();
        app.MapPastIssueUpload();
        app.MapApiDescription();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = LivenessAsync });
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = ReadinessAsync });
    }
}
