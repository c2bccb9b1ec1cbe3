using System.Globalization;
using System.Text.Json;
using Dispatch.Worker.Issues.Content;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Http;

/// <summary>Refusals of the HTTP API as RFC 9457 problem details. None of them repeats the input.</summary>
internal static class Problems
{
    /// <summary>The title of a refusal that the current state is the reason of.</summary>
    public const string NotNow = "That isn't possible in the present state.";

    /// <summary>Returns 422 with <c>errors</c> by field, under the fields' JSON names.</summary>
    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Title = "The request has errors.",
        });

    public static ProblemHttpResult Invalid(string field, string fault) => Invalid(new Dictionary<string, string[]> { [field] = [fault] });

    /// <summary>Returns 409, for a request that conflicts with the current state.</summary>
    public static ProblemHttpResult Conflict(string why) => Of(StatusCodes.Status409Conflict, NotNow, why);

    public static ProblemHttpResult NotFound(string what) => Of(StatusCodes.Status404NotFound, "Not found.", what);

    /// <summary>Returns 429 with Retry-After.</summary>
    public static ProblemHttpResult TooMany(HttpContext http, TimeSpan retryAfter)
    {
        http.SetRetryAfter(retryAfter);
        return Of(StatusCodes.Status429TooManyRequests, "Too many requests.", "Please try again later: Retry-After says when.");
    }

    /// <summary>Sets Retry-After, in whole seconds (RFC 9110 §10.2.3).</summary>
    public static void SetRetryAfter(this HttpContext http, TimeSpan retryAfter) =>
        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns 422 for faults in the fields of an issue or a newsletter.</summary>
    public static ProblemHttpResult Invalid(IEnumerable<FieldFault> faults) => Invalid(faults
        .GroupBy(fault => JsonNamingPolicy.CamelCase.ConvertName(fault.Field))
            .ToDictionary(field => field.Key, field => field.Select(fault => fault.Message).ToArray()));

    public static ProblemHttpResult Of(int status, string title, string detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Title = title, Detail = detail });
}
