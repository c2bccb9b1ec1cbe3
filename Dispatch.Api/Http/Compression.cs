using Microsoft.AspNetCore.ResponseCompression;

namespace Dispatch.Api.Http;

/// <summary>
/// Sends the public pages compressed, for readers on slow networks. Only those: a page that holds a reader's token or address is sent
/// uncompressed, because even over TLS the length of a compressed response can leak its content (BREACH). Our static files are compressed
/// when they are published, and a feed's ETag stands for a single form.
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
