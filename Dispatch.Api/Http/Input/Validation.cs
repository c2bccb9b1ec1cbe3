using System.Text.Json;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Results;
using FluentValidation.Validators;

namespace Dispatch.Api.Http.Input;

/// <summary>Runs a request's FluentValidation validator before its endpoint: minimal APIs don't do that themselves.</summary>
internal static class Validation
{
    /// <summary>
    /// The endpoint is called only with a <typeparamref name="T"/> that passed its validator; otherwise the response is 422.
    /// </summary>
    /// <param name="endpoint">It takes one <typeparamref name="T"/>.</param>
    /// <param name="alsoBy">An additional rule set of the validator; null: none.</param>
    /// <param name="withoutBody">What a request without a body means; null: such a request can't be read and gets 400.</param>
    public static RouteHandlerBuilder Validate<T>(
        this RouteHandlerBuilder endpoint, string? alsoBy = null, T? withoutBody = null) where T : class =>
        endpoint.AddEndpointFilter(async (call, next) =>
        {
            if ((call.Arguments.OfType<T>().SingleOrDefault() ?? withoutBody) is not { } request) // ASP.NET has set 400 and goes on
                return Problems.Of(StatusCodes.Status400BadRequest, "The request can't be read.",
                    "Its body is empty or null. Send a JSON object.");
            var services = call.HttpContext.RequestServices;
            string[] ruleSets = [RulesetValidatorSelector.DefaultRuleSetName, alsoBy ?? ""];
            var result = await services.GetRequiredService<IValidator<T>>()
                .ValidateAsync(request, rules => rules.IncludeRuleSets(ruleSets), call.HttpContext.RequestAborted);
            return result.IsValid ? await next(call) : Problems.Invalid(result.ByField());
        })
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>An email address, with its fault in words.</summary>
    public static IRuleBuilderOptions<T, string?> IsAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.HasNoFault(email => EmailAddress.TryParse(email, out _, out var fault) ? null : fault);

    /// <summary>A rule that is defined elsewhere and supplies its own message.</summary>
    /// <param name="rule">The field.</param>
    /// <param name="faultOf">A sentence, or the key of a text (<c>fault.…</c>); null: nothing is wrong.</param>
    public static IRuleBuilderOptions<T, TField> HasNoFault<T, TField>(this IRuleBuilder<T, TField> rule, Func<TField, string?> faultOf) =>
        rule.SetValidator(new FaultValidator<T, TField>(faultOf));

    /// <summary>The faults by the names that the fields have in JSON and in forms, each field's in order.</summary>
    public static Dictionary<string, string[]> ByField(this ValidationResult result) =>
        result.ByField(fault => InWords(fault.ErrorMessage));

    /// <summary>The same with text keys, for what readers fill in: the page has their language.</summary>
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
