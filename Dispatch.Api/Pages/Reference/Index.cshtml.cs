using Dispatch.Api.Http;
using Dispatch.Api.Reference;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.OpenApi;

namespace Dispatch.Api.Pages.Reference;

/// <summary>
/// The HTTP API's reference for people, generated from its OpenAPI document. The page has no script and loads nothing from elsewhere.
/// </summary>
public sealed class IndexModel([FromKeyedServices(ApiDescription.Version)] IOpenApiDocumentProvider description) : PageModel
{
    public IReadOnlyList<(string Tag, IReadOnlyList<ApiCall> Calls)> Tags { get; private set; } = [];

    /// <summary>The document's description: text, with commands in backticks.</summary>
    public string Introduction { get; private set; } = "";

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Response.Headers.ContentSecurityPolicy = PageHeaders.Strict;
        var document = await description.GetOpenApiDocumentAsync(cancel);
        Introduction = document.Info.Description ?? "";
        Tags = [.. ApiCall.AllOf(document).GroupBy(call => call.Tag).OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => (tag.Key, (IReadOnlyList<ApiCall>)[.. tag]))];
    }
}
