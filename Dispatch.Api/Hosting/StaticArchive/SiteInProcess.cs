using Microsoft.AspNetCore.Http.Features;

namespace Dispatch.Api.Hosting.StaticArchive;

/// <summary>Answers requests with the site's own code, without a server or port.</summary>
internal sealed class SiteInProcess
{
    private readonly RequestDelegate pipeline;
    private readonly IHttpContextFactory contexts;
    private readonly Uri site;

    /// <param name="app">The site, before anything is mapped.</param>
    /// <param name="site">The address under which the site answers.</param>
    public SiteInProcess(WebApplication app, Uri site)
    {
        app.MapDispatchApi();
#pragma warning disable ASP0014 // without a server, nobody else adds the endpoints to the pipeline
        app.UseEndpoints(_ => { });
#pragma warning restore ASP0014
        (pipeline, contexts, this.site) = (((IApplicationBuilder)app).Build(),
            app.Services.GetRequiredService<IHttpContextFactory>(), site);
    }

    public async Task<SiteAnswer> GetAsync(string path, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var http = contexts.Create(features);
        try
        {
            var question = path.IndexOf('?', StringComparison.Ordinal);
            (http.Request.Method, http.Request.Scheme, http.Request.Protocol) = (HttpMethods.Get, site.Scheme, "HTTP/1.1");
            (http.Request.Host, http.RequestAborted) = (HostString.FromUriComponent(site), cancel);
            http.Request.Path = PathString.FromUriComponent(question < 0 ? path : path[..question]);
            http.Request.QueryString = new QueryString(question < 0 ? "" : path[question..]);
            await pipeline(http);
            await http.Response.BodyWriter.FlushAsync(cancel);
            return new SiteAnswer(http.Response.StatusCode, body.ToArray());
        }
        finally
        {
            contexts.Dispose(http);
        }
    }
}
