using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Providers;

internal static class ProviderServices
{
    /// <summary>Adds what is known of mail providers.</summary>
    public static IServiceCollection AddDispatchProviders(this IServiceCollection services) => services
        .AddDispatchSettings<ProviderSettings>().AddSingleton<ExchangerCache>().AddSingleton<ProviderTable>();
}
