namespace Dispatch.Api.Pages.Caching;

/// <summary>Registers the cache of public pages and pictures. It comes before all middleware that such pages don't need.</summary>
internal static class CachingServices
{
    private const int MostBytes = 32 * 1024 * 1024;
    private const int LargestPage = 1024 * 1024;

    public static IServiceCollection AddDispatchPageCache(this IServiceCollection services)
    {
        services.AddOutputCache(cache =>
        {
            cache.SizeLimit = MostBytes;
            cache.MaximumBodySize = LargestPage;
            cache.UseCaseSensitivePaths = true;
            cache.AddBasePolicy(new PublicPagePolicy());
        });
        return services.AddSingleton<PageMarks>().AddSingleton<FinishedPages>();
    }

    public static void UsePageCache(this WebApplication app)
    {
        app.UseWhen(http => PublicPage.Of(http.Request) is not null, pages =>
        {
            pages.Use((http, next) => http.RequestServices.GetRequiredService<FinishedPages>().AnswerAsync(http, next));
            pages.UseOutputCache();
        });
        app.UseWhen(PublicPagePolicy.IsForPicture, pictures => pictures.UseOutputCache());
    }
}
