using System.Text.Json;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Results;
using FluentValidation.Validators;

namespace Dispatch.Api.Http.Input;

/// <summary>Runs a request's FluentValidation validator before its endpoint.</summary>
internal static class Validation
{
    /// <summary>Calls the endpoint only with a valid <typeparamref name="T"/>. Otherwise the response is 422.</summary>
    /// <param name="endpoint">An endpoint with one argument of type <typeparamref name="T"/>.</param>
    /// <param name="alsoBy">A further rule set of the validator, or null.</param>
    /// <param name="withoutBody">The value for a request without a body. If null, such a request gets 400.</param>
    public static RouteHandlerBuilder Validate<T>(
        this RouteHandlerBuilder endpoint, string? alsoBy = null, T? withoutBody = null) where T : class =>
        endpoint.AddEndpointFilter(async (call, next) =>
        {
            if ((call.Arguments.OfType<T>().SingleOrDefault() ?? withoutBody) is not { } request) // ASP.NET runs filters even after a 400
                return Problems.Of(StatusCodes.Status400BadRequest, "The request can't be read.",
                    "Its body is empty or null. Send a JSON object.");
            var services = call.HttpContext.RequestServices;
            string[] ruleSets = [RulesetValidatorSelector.DefaultRuleSetName, alsoBy ?? ""];
            var result = await services.GetRequiredService<IValidator<T>>()
                .ValidateAsync(request, rules => rules.IncludeRuleSets(ruleSets), call.HttpContext.RequestAborted);
            return result.IsValid ? await next(call) : Problems.Invalid(result.ByField());
        })
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Requires an email address, and reports its fault in words.</summary>
    public static IRuleBuilderOptions<T, string?> IsAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.HasNoFault(email => EmailAddress.TryParse(email, out _, out var fault) ? null : fault);

    /// <summary>Adds a rule that is defined elsewhere and supplies its own message.</summary>
    /// <param name="rule">The field that the rule checks.</param>
    /// <param name="faultOf">Returns a fault as a sentence or as the key of a text (<c>fault.…</c>), or null for a valid value.</param>
    public static IRuleBuilderOptions<T, TField> HasNoFault<T, TField>(this IRuleBuilder<T, TField> rule, Func<TField, string?> faultOf) =>
        rule.SetValidator(new FaultValidator<T, TField>(faultOf));

    /// <summary>Returns the faults as sentences by field. Fields have their names in JSON and in forms.</summary>
    public static Dictionary<string, string[]> ByField(this ValidationResult result) =>
        result.ByField(fault => InWords(fault.ErrorMessage));

    /// <summary>Returns the faults as text keys by field, for readers' pages, which show them in the page's language.</summary>
    public static Dictionary<string, string[]> KeysByField(this ValidationResult result) => result.ByField(fault => fault.ErrorMessage);

    private static Dictionary<string, string[]> ByField(this ValidationResult result, Func<ValidationFailure, string> say) => result.Errors
        .GroupBy(fault => JsonNamingPolicy.CamelCase.ConvertName(fault.PropertyName))
        .ToDictionary(field => field.Key, field => field.Select(say).Distinct().ToArray());

    private static string InWords(string fault) => fault.StartsWith("fault.", StringComparison.Ordinal) ? Texts.ForStaff[fault] : fault;

    private sealed class FaultValidator<T, TField>(Func<TField, string?> faultOf) : PropertyValidator<T, TField>
    {
        public override string Name => "FaultValidator";

        public override bool IsValid(ValidationContext<T> context, TField value)
        {
            var fault = faultOf(value);
            context.MessageFormatter.AppendArgument("Fault", fault);
            return fault is null;
        }

        protected override string GetDefaultMessageTemplate(string errorCode) => "{Fault}";
    }
}
