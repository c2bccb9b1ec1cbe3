using Dispatch.Api.Pages.Shared;

namespace Dispatch.Api.Hosting;

/// <summary>
/// Reads the data of the site's first page while the server starts, because a first query takes a hundred times as long as the next. A
/// fault is ignored, because the visitor's own request will report it.
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
            // The visitor's own request meets this fault again and reports it.
        }
    }
}
