namespace Dispatch.Api.Http;

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
        // An unreadable request is its sender's fault. With this option off, Development also answers 400 instead of an exception page.
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
