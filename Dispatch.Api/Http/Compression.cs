using Microsoft.AspNetCore.ResponseCompression;

namespace Dispatch.Api.Http;

/// <summary>
/// Compresses the public pages, for readers on slow networks. A page that contains a reader's token or address is sent uncompressed,
/// because even over TLS the length of a compressed response can leak its content (BREACH). Static files are compressed when the program is
/// published. Feeds are not compressed, because their ETag identifies one exact representation.
/// </summary>
internal static class Compression
{
    public static IServiceCollection AddDispatchPageCompression(this IServiceCollection services) =>
        services.AddResponseCompression(options =>
    {
        options.EnableForHttps = true;
        options.MimeTypes = ["text/html"];
        options.Providers.Add<BrotliCompressionProvider>();
        options.Providers.Add<GzipCompressionProvider>();
    });

    public static void UsePageCompression(this WebApplication app) =>
        app.UseWhen(http => IsPublic(http.Request), branch => branch.UseResponseCompression());

    private static bool IsPublic(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
            && (request.Path == "/" || request.Path == "/privacy" || request.Path.StartsWithSegments("/newsletters"));
}
