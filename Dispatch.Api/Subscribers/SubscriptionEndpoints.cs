using Dispatch.Api.Http;
using Dispatch.Api.Http.Input;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Subscribers;

internal static class SubscriptionEndpoints
{
    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var subscriptions = routes.MapGroup("/api/v1/subscriptions").WithTags("Subscriptions").AllowAnonymous().WithStorableText();
        subscriptions.MapPost("/", SubscribeAsync).Validate<SubscribeRequest>()
            .WithMetadata(new RequestSizeLimitAttribute(Forms.MaxBytes))
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithSummary("Sign an address up: it gets an email that asks for confirmation.");
    }

    // New and known addresses get the same 202, so the answer does not reveal who is subscribed.
    private static async Task<Results<Accepted, ProblemHttpResult>> SubscribeAsync(
        SubscribeRequest request, SignUpGate gate, HttpContext http, CancellationToken cancel) =>
        await gate.RequestAsync(request.ToSignUp("api"),
            new SignUpMarks(http.Connection.RemoteIpAddress, Challenge: request.Challenge, Proof: request.Proof), cancel) switch
        {
            SignUpAnswer.TooMany(var retryAfter) => Problems.TooMany(http, retryAfter),
            SignUpAnswer.Asked asked => Problem(http, asked),
            SignUpAnswer.UnknownNewsletter => Problems.Invalid("newsletters", Texts.ForStaff["fault.newsletter"]),
            _ => TypedResults.Accepted((string?)null), // every well-formed address gets 202, even if its domain accepts no mail
        };

    private static ProblemHttpResult Problem(HttpContext http, SignUpAnswer.Asked asked)
    {
        http.SetRetryAfter(SignUpChallenges.Patience);
        return TypedResults.Problem(new ProblemDetails
        {
            Status = StatusCodes.Status429TooManyRequests,
            Title = "Too many requests.",
            Detail =
            "There is a flood of sign-ups. Send this one again with the challenge, and either with a proof (a number in decimal digits "
                + "such that SHA-256 of challenge, colon, number begins with so many zero bits) or after Retry-After.",
            Extensions = { ["challenge"] = asked.Challenge, ["bits"] = SignUpChallenges.Bits },
        });
    }

    /// <summary>Converts a validated request to a sign-up.</summary>
    public static SignUp ToSignUp(this SubscribeRequest request, string source) =>
        new(EmailAddress.Parse(request.Email), request.Name?.Trim(), request.Newsletters ?? [], request.Language, source);
}
