using Dispatch.Api.Http.Access;
using Dispatch.Worker.Staff;
using Hangfire;
using Hangfire.Dashboard;

namespace Dispatch.Api.Ops;

/// <summary>
/// Hangfire's dashboard at <c>/ops/jobs</c>: ops act, other staff only look. Endpoint authorization sends strangers to the sign-in page and
/// answers 403 to the rest; the filter below repeats the check, since Hangfire's own default lets in anybody on this machine.
/// </summary>
internal static class JobDashboard
{
    public const string Path = "/ops/jobs";

    // Its scripts and styles are its own files, except for one style that its charting library (in Hangfire 1.8) writes into the page.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-z7zcnw/4WalZqx+PrNaRnoeLz/G9WXuFqV1WCJ129sg='; img-src 'self' "
            + "data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static void MapJobDashboard(this WebApplication app) => app
        .MapHangfireDashboard(Path, new DashboardOptions
        {
            DashboardTitle = "Dispatch’s jobs",
            AppPath = "/ops", // where 'Back to site' leads
            FaviconPath = "/favicon.svg",
            Authorization = [new StaffOnly()],
            // Removes the buttons, and refuses their POSTs.
            IsReadOnlyFunc = context => !context.GetHttpContext().User.IsInRole(StaffRoles.Ops),
            DisplayStorageConnectionString = false,
        })
        .RequireAuthorization(Policies.Staff);

    /// <summary>
    /// The dashboard's pages load nothing from elsewhere and can't be framed. Its figures are only for its own script, which requests them
    /// by POST.
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
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed; // Hangfire would fail
        return Task.CompletedTask;
    });

    private sealed class StaffOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => StaffRoles.Working.Any(context.GetHttpContext().User.IsInRole);
    }
}
