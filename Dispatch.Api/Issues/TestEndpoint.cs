using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>Sends an issue as a test message to people who want to check it before readers get it.</summary>
internal static class TestEndpoint
{
    public static void MapTest(this IEndpointRouteBuilder issues) =>
        issues.MapPost("/issues/{id:int}/test", SendAsync).Validate<TestRequest>().OncePerKey()
        .WithSummary("Mail an issue to a few people, its subject marked [Test].")
        .WithDescription("It is sent at once, with one attempt. The response says what became of each, in the order of the addresses.")
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Ok<TestResponse>, ProblemHttpResult>> SendAsync(
        int id, TestRequest request, TestMail tests, ClaimsPrincipal caller, CancellationToken cancel) =>
        await tests.SendAsync(id, [.. request.To!.Select(address => EmailAddress.Parse(address!))], caller.Actor(), cancel) switch
        {
            TestMailOutcome.Done done => TypedResults.Ok(
                new TestResponse([.. done.Answers.Select(answer => new TestAnswer(answer.Accepted, answer.Kind, answer.Says))])),
            TestMailOutcome.Refused refused => Problems.Invalid("to", refused.Why),
            TestMailOutcome.Unsendable unsendable => Problems.Conflict(new IssueOutcome.Unsendable(unsendable.Faults).Why),
            _ => IssueAnswers.Unknown,
        };
}

/// <summary>The recipients of a test message.</summary>
/// <param name="To">1 to 10 different addresses.</param>
internal sealed record TestRequest(IReadOnlyList<string?>? To = null);

internal sealed class TestRequestValidator : AbstractValidator<TestRequest>
{
    public TestRequestValidator()
    {
        RuleFor(request => request.To).Must(to => to is { Count: > 0 and <= TestMail.MostAddresses })
            .WithMessage(request => $"Send it to 1 to {TestMail.MostAddresses} addresses; the request has {request.To?.Count ?? 0}.")
            .DependentRules(() =>
            {
                for (var place = 1; place <= TestMail.MostAddresses; place++)
                    Address(place);
            });
    }

    private void Address(int place) =>
        RuleFor(request => request.To).HasNoFault(to => FaultOf(to!, place)).When(request => request.To!.Count >= place);

    // A fault names an address by its position, because problem details never repeat an address.
    private static string? FaultOf(IReadOnlyList<string?> to, int place) =>
        !EmailAddress.TryParse(to[place - 1], out var address, out var fault) ? $"Address {place}: {Texts.ForStaff[fault]}"
        : to.Take(place - 1).Any(other => EmailAddress.TryParse(other, out var known, out _) && known.Equals(address))
            ? $"Address {place} is a duplicate." : null;
}

/// <summary>The outcome of sending a test message.</summary>
/// <param name="Answers">One answer per address, in the same order. Addresses are not repeated, because answers are stored for the
/// Idempotency-Key.</param>
internal sealed record TestResponse(IReadOnlyList<TestAnswer> Answers);

/// <param name="Accepted">Whether the relay accepted the message.</param>
/// <param name="Kind">The kind of reply: accepted, transient, permanent …</param>
/// <param name="Says">The reply in words, including the relay's own text.</param>
internal sealed record TestAnswer(bool Accepted, ReplyKind Kind, string Says);
