using System.Net;
using Dispatch.Api.Http.Failures;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http;

/// <summary>
/// Determines the caller's address, the scheme and the host of a request. X-Forwarded headers are trusted only from the proxies in
/// <c>Site:Proxies</c>. Except for health checks, the site answers only for its own host, for loopback and for <c>AllowedHosts</c>. If
/// PublicUrl is https, staff pages require https.
/// </summary>
internal static class Proxies
{
    /// <summary>The framework's own setting, which trusts every proxy.</summary>
    public const string Switch = "ForwardedHeaders_Enabled";

    public static void UseProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<SiteSettings>>().Value.Proxies;
        if (proxies.Count == 0)
            return;
        // Without a limit, the headers are followed back through any number of trusted proxies.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies.Networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    public static void UseKnownHosts(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<IOptions<SiteSettings>>().Value.Url;
        var named = (app.Configuration["AllowedHosts"] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(host => host != "*");
        var known = new HashSet<string>([site.Host, site.IdnHost, "localhost", .. named], StringComparer.OrdinalIgnoreCase);
        app.Use((http, next) => known.Contains(http.Request.Host.Host) || IsLoopback(http.Request.Host.Host)
            || http.Request.Path.StartsWithSegments("/health")
            ? next(http)
            : RefuseAsync(http));
    }

    /// <summary>
    /// Redirects or refuses staff requests over http. Must come after the error pages, which explain a refusal to people.
    /// </summary>
    public static void UseHttpsForStaff(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<IOptions<SiteSettings>>().Value;
        if (!site.IsSecure)
            return;
        app.Use((http, next) =>
        {
            if (http.Request.IsHttps || !ErrorPages.IsForStaff(http) || http.Features.Get<IStatusCodeReExecuteFeature>() is not null
                || http.Features.Get<IExceptionHandlerFeature>() is not null)
                return next(http);
            // X-Original-Proto shows that a trusted proxy named the browser's scheme. Without it, the scheme is unknown, and a redirect to
            // https might loop.
            if (HttpMethods.IsGet(http.Request.Method)
                && http.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XOriginalProtoHeaderName))
                http.Response.Redirect(new Uri(site.Url, $"{http.Request.Path}{http.Request.QueryString}".TrimStart('/')).AbsoluteUri);
            else
                http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        });
    }

    private static bool IsLoopback(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    private static Task RefuseAsync(HttpContext http)
    {
        const string why = "This site doesn't answer for the host name requested. Its administrator sets the name with Site:PublicUrl, "
            + "and further names with AllowedHosts.";
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return http.Request.Path.StartsWithSegments("/api")
            ? Problems.Of(StatusCodes.Status400BadRequest, "That is another host's name.", why).ExecuteAsync(http)
            : http.Response.WriteAsync(why);
    }
}
