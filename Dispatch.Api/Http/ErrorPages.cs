namespace Dispatch.Api.Http;

/// <summary>
/// What is shown when there is nothing to show: people get a page in the site's design, programs get problem details. Neither reveals what
/// went wrong internally; the log does.
/// </summary>
internal static class ErrorPages
{
    public const string Path = "/error";
    private const string DeskPath = "/desk/error";

    private static readonly PathString[] ForPrograms = ["/api", "/health", "/metrics", "/openapi"];

    public static IServiceCollection AddDispatchErrorPages(this IServiceCollection services)
    {
        services.AddProblemDetails();
        // A request that can't be read is its sender's fault in Development too: 400, not an exception page.
        return services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
    }

    public static void UseErrorPages(this WebApplication app)
    {
        app.UseWhen(IsForPrograms, programs =>
            programs.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = FaultStatus.Of }).UseStatusCodePages());
        app.UseWhen(http => !IsForPrograms(http) && IsForStaff(http), staff => For(staff, DeskPath));
        app.UseWhen(http => !IsForPrograms(http) && !IsForStaff(http), readers => For(readers, Path));

        static void For(IApplicationBuilder people, string page) => people
            .UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = page, StatusCodeSelector = FaultStatus.Of })
                .UseStatusCodePagesWithReExecute(page);
    }

    internal static bool IsForStaff(HttpContext http) => http.Request.Path.StartsWithSegments("/desk")
        || http.Request.Path.StartsWithSegments("/ops");

    private static bool IsForPrograms(HttpContext http) =>
        ForPrograms.Any(path => http.Request.Path.StartsWithSegments(path)) && !http.Request.Path.StartsWithSegments("/api/docs");
}
