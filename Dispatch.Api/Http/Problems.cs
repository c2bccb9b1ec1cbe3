using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Http;

/// <summary>Answers that tell a program what was wrong (RFC 9457), the same everywhere in the API.</summary>
internal static class Problems
{
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    public static ProblemHttpResult NotFound(string what) => Of(StatusCodes.Status404NotFound, $"There is no such {what}.");

    public static ProblemHttpResult Conflict(string why) => Of(StatusCodes.Status409Conflict, why);

    /// <summary>Faults by field, the fields named as in the request.</summary>
    public static ProblemHttpResult Invalid(IEnumerable<FieldFault> faults) => Invalid(
        faults.GroupBy(fault => fault.Field).ToDictionary(group => char.ToLowerInvariant(group.Key[0]) + group.Key[1..], group => group.Select(fault => fault.Message).ToArray()));

    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.Problem(new HttpValidationProblemDetails(errors) { Status = StatusCodes.Status422UnprocessableEntity, Title = "Some fields need another look." });
}
