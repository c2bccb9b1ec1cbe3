using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Support;

/// <summary>What the recurring jobs look for, looked for once.</summary>
internal static class Sweeps
{
    /// <returns>How much was found.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken stopping)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SubscriberMailSweep>().RunAsync(stopping);
    }
}
