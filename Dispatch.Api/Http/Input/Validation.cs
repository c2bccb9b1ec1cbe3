using System.Text.Json;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using FluentValidation;
using FluentValidation.Results;

namespace Dispatch.Api.Http.Input;

/// <summary>Runs a request's FluentValidation validator before its endpoint: minimal APIs have no wiring for it of their own.</summary>
internal static class Validation
{
    /// <summary>The endpoint is called only with a <typeparamref name="T"/> that its validator passed; else it answers 422.</summary>
    public static RouteHandlerBuilder Validate<T>(this RouteHandlerBuilder endpoint) where T : class => endpoint
        .AddEndpointFilter(async (call, next) =>
        {
            if (call.Arguments.OfType<T>().SingleOrDefault() is not { } request) // ASP.NET has set 400 and goes on
                return Problems.Of(StatusCodes.Status400BadRequest, "The request can't be read.", "Its body is empty or null. Send a JSON object.");
            var result = await call.HttpContext.RequestServices.GetRequiredService<IValidator<T>>().ValidateAsync(request, call.HttpContext.RequestAborted);
            return result.IsValid ? await next(call) : Problems.Invalid(result.ByField());
        })
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>An email address, with its fault in words.</summary>
    public static void IsAddress<T>(this IRuleBuilderInitial<T, string?> rule) => rule.Custom((email, check) =>
    {
        if (!EmailAddress.TryParse(email, out _, out var fault))
            check.AddFailure(Texts.ForStaff[fault]);
    });

    /// <summary>The faults under the names that the fields have in JSON and in forms, each field's in order.</summary>
    public static Dictionary<string, string[]> ByField(this ValidationResult result) => result.ByField(Message);

    /// <summary>The same with the faults' codes, which for what readers fill in are keys of texts.</summary>
    public static Dictionary<string, string[]> CodesByField(this ValidationResult result) => result.ByField(fault => fault.ErrorCode);

    private static Dictionary<string, string[]> ByField(this ValidationResult result, Func<ValidationFailure, string> say) => result.Errors
        .GroupBy(fault => JsonNamingPolicy.CamelCase.ConvertName(fault.PropertyName))
        .ToDictionary(field => field.Key, field => field.Select(say).Distinct().ToArray());

    private static string Message(ValidationFailure fault) =>
        fault.ErrorCode?.StartsWith("fault.", StringComparison.Ordinal) is true ? Texts.ForStaff[fault.ErrorCode] : fault.ErrorMessage; // a rule of our own has no code
}
