using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;

namespace Dispatch.Api.Http;

/// <summary>The routing and JSON settings that all calls of the HTTP API share.</summary>
internal static class ApiRoutes
{
    /// <summary>
    /// Maps a group of routes under <c>/api/v1</c> that require a token with a role allowed by the policy. <see cref="Policies.Staff"/>
    /// allows every role.
    /// </summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string tag, string policy = Policies.Staff) => routes
        .MapGroup("/api/v1").WithTags(tag).RequireAuthorization(policy).WithStorableText()
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>Configures the API's JSON. Enums are written as words, such as <c>hard-bounce</c>.</summary>
    public static IServiceCollection AddDispatchApiJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)));
}

/// <summary>Converts enum values to the API's words and back.</summary>
internal static class Words
{
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static TEnum? Read<TEnum>(string? word) where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
            if (Of(value) == word)
                return value;
        return null;
    }

    /// <summary>Returns all values as words, for a sentence.</summary>
    public static string All<TEnum>() where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(Of));
}
