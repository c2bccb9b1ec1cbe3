using Dispatch.Api.Http;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Subscribers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Subscriptions;

internal static class SubscriptionEndpoints
{
    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var subscriptions = routes.MapGroup("/api/v1/subscriptions").WithTags("Subscriptions").AllowAnonymous();
        subscriptions.MapPost("/", SubscribeAsync).Validate<SubscribeRequest>()
            .WithMetadata(new RequestSizeLimitAttribute(Forms.MaxBytes))
            .WithSummary("Sign an address up: it gets a mail that asks for confirmation.");
    }

    // The same 202 for a new address and a known one, mailed or not: the answer must not tell a stranger who is subscribed.
    private static async Task<Results<Accepted, ProblemHttpResult>> SubscribeAsync(
        SubscribeRequest request, SignUps signUps, SignUpLimit limit, HttpContext http, CancellationToken cancel)
    {
        if (!limit.TryTake(http.Connection.RemoteIpAddress, out var retryAfter))
            return Problems.TooMany(http, retryAfter);
        return await signUps.RequestAsync(request.ToSignUp("api"), cancel) is SignUpOutcome.UnknownNewsletter
            ? Problems.Invalid("newsletters", Texts.ForStaff["fault.newsletter"])
            : TypedResults.Accepted((string?)null);
    }

    /// <summary>A request that its validator passed, as the rules take it.</summary>
    public static SignUp ToSignUp(this SubscribeRequest request, string source) =>
        new(EmailAddress.Parse(request.Email), request.Name?.Trim(), request.Newsletters ?? [], request.Language, source);
}
