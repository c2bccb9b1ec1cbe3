using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Suppressions;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Subscribers;

internal static class ReaderEndpoints
{
    public static void MapReaders(this IEndpointRouteBuilder routes)
    {
        var readers = routes.MapApi("Readers", Policies.Operate);
        readers.MapPost("/readers/search", FindAsync).Validate<AddressRequest>().WithSummary("The reader with an address: one, or none.")
            .WithDescription("The address goes in the body: in a URL it would end up in the logs of every server on the way.");
        readers.MapGet("/readers/{id:long}/record", RecordAsync).WithSummary("Everything stored about a reader, for the reader.")
            .WithDescription(
                "The same as on the preferences page, for readers who can't be mailed a link because their address is suppressed.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        readers.MapDelete("/readers/{id:long}", EraseAsync).WithSummary("Erase a reader.")
            .WithDescription("Everything stored about the reader is deleted. A keyed hash of the address stays, so that no import "
                + "brings them back.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<Page<ReaderResponse>>> FindAsync(AddressRequest request, ReaderLookup readers, CancellationToken cancel) =>
        TypedResults.Ok(Page.Whole<ReaderResponse>(
            await readers.FindAsync(EmailAddress.Parse(request.Email), cancel) is { } found ? [ReaderResponse.Of(found)] : []));

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> RecordAsync(
        long id, ReaderRecords records, ClaimsPrincipal caller, HttpContext http, CancellationToken cancel)
    {
        if (await records.TakeAsync(id, caller.Actor(), cancel) is not { } record)
            return Problems.NotFound("There is no reader with this id.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.File(ReaderRecords.AsJson(record), "application/json");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EraseAsync(
        long id, Erasing erasing, ClaimsPrincipal caller, CancellationToken cancel) =>
        await erasing.EraseAsync(id, caller.Actor(), cancel) ? TypedResults.NoContent()
            : Problems.NotFound("There is no reader with this id.");
}

/// <summary>A complete email address.</summary>
internal sealed record AddressRequest(string? Email);

internal sealed class AddressRequestValidator : AbstractValidator<AddressRequest>
{
    public AddressRequestValidator() => RuleFor(request => request.Email).IsAddress();
}

/// <summary>A reader, for callers who know the address. The field suppressed says why the reader is never mailed, or is null.</summary>
internal sealed record ReaderResponse(
    long Id, string Email, string? Name, string? Language, DateTimeOffset CreatedAt, SuppressionReason? Suppressed,
    IReadOnlyList<SubscriptionResponse> Subscriptions)
{
    public static ReaderResponse Of(FoundReader found) => new(
        found.Subscriber.Id, found.Email, found.Name, found.Subscriber.Language, found.Subscriber.CreatedAt, found.Suppressed,
        [.. found.Subscriptions.Select(row => SubscriptionResponse.Of(row.Subscription, row.Newsletter))]);
}

/// <summary>A reader's subscription to one newsletter. The field source is its origin, such as <c>form</c>.</summary>
internal sealed record SubscriptionResponse(string Newsletter, SubscriptionState State, string Source,
    DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt, DateTimeOffset? UnsubscribedAt)
{
    public static SubscriptionResponse Of(Subscription subscription, string newsletter) =>
        new(newsletter, subscription.State, subscription.Source, subscription.CreatedAt, subscription.ConfirmedAt,
            subscription.UnsubscribedAt);
}
