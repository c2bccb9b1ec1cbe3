using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;

namespace Dispatch.Api.Http;

/// <summary>What all calls of the HTTP API have in common.</summary>
internal static class ApiRoutes
{
    /// <summary>
    /// Routes under <c>/api/v1</c> that require a token whose role satisfies this policy; <see cref="Policies.Staff"/> is every role.
    /// </summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes, string tag, string policy = Policies.Staff) => routes
        .MapGroup("/api/v1").WithTags(tag).RequireAuthorization(policy).WithStorableText()
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>JSON as the API writes it: enums are words, as in <c>hard-bounce</c>.</summary>
    public static IServiceCollection AddDispatchApiJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)));
}

/// <summary>The words that the API uses for an enum's values.</summary>
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

    /// <summary>For a sentence: the possible values.</summary>
    public static string All<TEnum>() where TEnum : struct, Enum => string.Join(", ", Enum.GetValues<TEnum>().Select(Of));
}
