using Dispatch.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Providers;

internal static class ProviderServices
{
    /// <summary>Adds the known mail providers and their settings.</summary>
    public static IServiceCollection AddDispatchProviders(this IServiceCollection services) => services
        .AddDispatchSettings<ProviderSettings>().AddSingleton<ExchangerCache>().AddSingleton<ProviderTable>();
}
