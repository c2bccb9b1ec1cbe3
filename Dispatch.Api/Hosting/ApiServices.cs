using Dispatch.Api.Http;

namespace Dispatch.Api.Hosting;

/// <summary>Registers and routes all that Api adds to Dispatch: one line for each capability.</summary>
public static class ApiServices
{
    public static IServiceCollection AddDispatchApi(this IServiceCollection services)
    {
        services.AddRazorPages();
        services.AddStaffAuthentication();
        services.AddStaffPages();
        services.AddHealthChecks();
        return services;
    }

    public static void MapDispatchApi(this WebApplication app)
    {
        app.UseStatusCodePages();
        app.UseStaffHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapStaticAssets();
        app.MapRazorPages();
        app.MapHealthChecks("/health/live");
    }
}
