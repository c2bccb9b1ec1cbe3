using Dispatch.Api.Pages.Shared;

namespace Dispatch.Api.Hosting;

/// <summary>
/// Reads what the site's first page shows, while the server starts. A query takes a hundred times as long the first time as the next time,
/// and the first visitor would wait for it. A fault here is left to the visitor's request, which meets it too and reports it.
/// </summary>
internal static class FirstPage
{
    public static async Task ReadAsync(IServiceProvider services)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            var fronts = scope.ServiceProvider.GetRequiredService<FrontPages>();
            foreach (var newsletter in await scope.ServiceProvider.GetRequiredService<SiteView>().NewslettersAsync())
                await fronts.OfAsync(newsletter, CancellationToken.None);
        }
        catch (Exception)
        {
            // see above
        }
    }
}
