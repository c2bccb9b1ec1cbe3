namespace Dispatch.Api.Http.Failures;

/// <summary>
/// Answers failed requests: people get a page in the site's design, programs get problem details. Internal causes are only logged.
/// </summary>
internal static class ErrorPages
{
    public const string Path = "/error";
    private const string DeskPath = "/desk/error";

    private static readonly PathString[] ForPrograms = ["/api", "/health", "/metrics", "/openapi"];

    public static IServiceCollection AddDispatchErrorPages(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = answer =>
        {
            if (answer.ProblemDetails is { Status: StatusCodes.Status400BadRequest, Detail: null }
                && answer.HttpContext.Request.HasJsonContentType())
                answer.ProblemDetails.Detail = "The request body is not valid JSON, or one of its values has the wrong type.";
        });
        services.AddSingleton<OutageLog>();
        // An unreadable request is its sender's fault. With this option off, Development also answers 400 instead of an exception page.
        return services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
    }

    public static void UseErrorPages(this WebApplication app)
    {
        var outages = app.Services.GetRequiredService<OutageLog>();
        app.UseWhen(IsForPrograms, programs => programs.UseExceptionHandler(Handling()).UseStatusCodePages());
        app.UseWhen(http => !IsForPrograms(http) && IsForStaff(http), staff => For(staff, DeskPath));
        app.UseWhen(http => !IsForPrograms(http) && !IsForStaff(http), readers => For(readers, Path));

        void For(IApplicationBuilder people, string page) =>
            people.UseExceptionHandler(Handling(page)).UseStatusCodePagesWithReExecute(page);

        ExceptionHandlerOptions Handling(PathString page = default) => new()
        {
            ExceptionHandlingPath = page,
            StatusCodeSelector = FaultStatus.Of,
            SuppressDiagnosticsCallback = failed => outages.Takes(failed.Exception),
        };
    }

    internal static bool IsForStaff(HttpContext http) => http.Request.Path.StartsWithSegments("/desk")
        || http.Request.Path.StartsWithSegments("/ops");

    private static bool IsForPrograms(HttpContext http) =>
        ForPrograms.Any(path => http.Request.Path.StartsWithSegments(path)) && !http.Request.Path.StartsWithSegments("/api/docs");
}
