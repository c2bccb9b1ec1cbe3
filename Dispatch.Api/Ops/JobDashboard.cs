using Dispatch.Api.Http.Access;
using Dispatch.Worker.Staff;
using Hangfire;
using Hangfire.Dashboard;

namespace Dispatch.Api.Ops;

/// <summary>
/// Hangfire's dashboard at <c>/ops/jobs</c>. Ops can act, other staff can only look. The dashboard's filter repeats the endpoint's
/// authorization, because Hangfire's default filter lets in anybody at this machine.
/// </summary>
internal static class JobDashboard
{
    public const string Path = "/ops/jobs";

    // The dashboard loads only its own files, and one inline style that Hangfire 1.8's charting library adds.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-z7zcnw/4WalZqx+PrNaRnoeLz/G9WXuFqV1WCJ129sg='; img-src 'self' "
            + "data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void MapJobDashboard(this WebApplication app) => app
        .MapHangfireDashboard(Path, new DashboardOptions
        {
            DashboardTitle = "Dispatch’s jobs",
            AppPath = "/ops", // the target of 'Back to site'
            FaviconPath = "/favicon.svg",
            Authorization = [new StaffOnly()],
            // Callers without the ops role see no buttons, and their POSTs are refused.
            IsReadOnlyFunc = context => !context.GetHttpContext().User.IsInRole(StaffRoles.Ops),
            DisplayStorageConnectionString = false,
        })
        .RequireAuthorization(Policies.Staff);

    /// <summary>
    /// Sets the headers of the dashboard's pages, which load nothing from elsewhere and can't be framed. Only the dashboard's own script
    /// may fetch the figures, by POST.
    /// </summary>
    public static void UseJobDashboard(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!http.Request.Path.StartsWithSegments(Path, out var rest))
            return next(http);
        http.Response.Headers.ContentSecurityPolicy = Policy;
        if (!rest.Equals("/stats", StringComparison.OrdinalIgnoreCase) || HttpMethods.IsPost(http.Request.Method)
            || http.User.Identity is not { IsAuthenticated: true })
            return next(http);
        http.Response.Headers.Allow = HttpMethods.Post;
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed; // Hangfire would throw for this method
        return Task.CompletedTask;
    });

    private sealed class StaffOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => StaffRoles.Working.Any(context.GetHttpContext().User.IsInRole);
    }
}
