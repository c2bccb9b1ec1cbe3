using System.Net;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Reference;

/// <summary>
/// Describes the HTTP API as an OpenAPI 3.1 document at <c>/openapi/v1.json</c>, generated from the routes under <c>/api</c>.
/// </summary>
internal static class ApiDescription
{
    public const string Version = "v1";

    public static IServiceCollection AddDispatchApiDescription(this IServiceCollection services) => services.AddOpenApi(Version, options =>
    {
        options.ShouldInclude = call => call.RelativePath?.StartsWith($"api/{Version}", StringComparison.Ordinal) is true;
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(AskForToken);
        options.AddOperationTransformer(OfferKey);
    });

    public static void MapApiDescription(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json");

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Dispatch",
            Version = Version,
            Description = "JSON in camelCase, times as in RFC 3339, refusals as problem details (RFC 9457) with errors by field. "
                + "Lists are paged with after and limit. Create a token with `Dispatch.Api -- token create NAME --role ROLE`.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }]; // relative to the document's URL, not to this machine's name
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerTokens.Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "Authorization: Bearer TOKEN"
            },
        };
        foreach (var schema in document.Components.Schemas?.Values ?? [])
            foreach (var described in new[] { schema }.Concat(schema.Properties?.Values ?? []))
                if (described.Description is { } text)
                    described.Description = WebUtility.HtmlDecode(text); // the comments in our source are XML
        return Task.CompletedTask;
    }

    // A call's authorization metadata says whether it needs a token.
    private static Task AskForToken(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any() || !metadata.OfType<IAuthorizeData>().Any())
            return Task.CompletedTask;
        operation.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerTokens.Scheme, context.Document)] = [] }];
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "No token, or one that is unknown or has expired." });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "The token's role may not do this." });
        return Task.CompletedTask;
    }

    private static Task OfferKey(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IdempotencyKeys.Honored>().Any())
            return Task.CompletedTask;
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKeys.Header,
            In = ParameterLocation.Header,
            Description =
            $"A key for this request, such as a UUID. Repeated with the same key, it is carried out once and gets the first response, with "
                + $"{IdempotencyKeys.ReplayedHeader}: true. The same key with another request gets 422, and 409 while the first is being "
                + "processed.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKeys.LongestKey },
        });
        operation.Responses ??= [];
        operation.Responses.TryAdd("409", new OpenApiResponse
        {
            Description = "The first request with this key is still being processed.",
        });
        operation.Responses.TryAdd("422", new OpenApiResponse { Description = "The key was used for another request." });
        return Task.CompletedTask;
    }
}
