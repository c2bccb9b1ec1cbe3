using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

namespace Dispatch.Api.Http;

/// <summary>Runs a request's FluentValidation validator before its endpoint: minimal APIs have no wiring for it of their own.</summary>
internal static class Validation
{
    /// <summary>The endpoint is called only with a <typeparamref name="T"/> that its validator passed; else it answers 422.</summary>
    public static RouteHandlerBuilder Validate<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint
        .AddEndpointFilter(async (call, next) =>
        {
            var request = call.Arguments.OfType<T>().Single();
            var result = await call.HttpContext.RequestServices.GetRequiredService<IValidator<T>>().ValidateAsync(request, call.HttpContext.RequestAborted);
            return result.IsValid ? await next(call) : Problems.Invalid(result.ByField());
        })
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The faults under the names that the fields have in JSON and in forms, each field's in order.</summary>
    public static Dictionary<string, string[]> ByField(this ValidationResult result) => result.Errors
        .GroupBy(fault => JsonNamingPolicy.CamelCase.ConvertName(fault.PropertyName))
        .ToDictionary(field => field.Key, field => field.Select(fault => fault.ErrorMessage).Distinct().ToArray());
}
