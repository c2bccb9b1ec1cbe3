using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Api.Issues;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Deliveries;

/// <summary>
/// Lists an issue's deliveries and accepts decisions about them. All roles have access, because writers are responsible for the issue and
/// ops for its delivery.
/// </summary>
internal static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var deliveries = routes.MapApi("Deliveries").ProducesProblem(StatusCodes.Status404NotFound);
        deliveries.MapProgress();
        deliveries.MapGet("/issues/{id:int}/deliveries", ListAsync).Validate<Paging>()
            .WithSummary("An issue's deliveries, each with its last reply. No addresses.");
        deliveries.MapPost("/deliveries/{id}/resend", ResendAsync).OncePerKey()
            .WithSummary("Send a rejected or uncertain email again.")
                .WithDescription(
                    "Under the same Message-ID; of an uncertain one the reader may get two. An issue that was sent is sending until it is "
                        + "done.").ProducesProblem(StatusCodes.Status409Conflict);
        deliveries.MapPost("/deliveries/{id}/assume-sent", AssumeSentAsync).OncePerKey()
            .WithSummary("Mark an uncertain email as delivered.").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<Page<DeliveryResponse>>, ProblemHttpResult>> ListAsync(
        int id, [AsParameters] Paging paging, SavedIssues issues, DeliveryList deliveries, CancellationToken cancel,
        [Description("Only those in this state, such as uncertain.")] string? state = null)
    {
        if (!await issues.ExistsAsync(id, cancel))
            return IssueAnswers.Unknown;
        var wanted = Words.Read<DeliveryState>(state);
        if (state is not null && wanted is null)
            return Problems.Invalid("state", $"Use one of {Words.All<DeliveryState>()}.");
        var states = wanted is { } one ? [one] : Enum.GetValues<DeliveryState>();
        var rows = await deliveries.PageAsync(id, states, paging.AfterId, paging.Take + 1, cancel);
        return TypedResults.Ok(Page.Of(rows, paging.Take, DeliveryResponse.Of, row => row.SubscriberId));
    }

    private static Task<Results<Ok<DeliveryResponse>, ProblemHttpResult>> ResendAsync(
        string id, UncertainDeliveries uncertain, ClaimsPrincipal caller, CancellationToken cancel) =>
        DecideAsync(id, caller, uncertain.ResendAsync, cancel);

    private static Task<Results<Ok<DeliveryResponse>, ProblemHttpResult>> AssumeSentAsync(
        string id, UncertainDeliveries uncertain, ClaimsPrincipal caller, CancellationToken cancel) =>
        DecideAsync(id, caller, uncertain.AssumeSentAsync, cancel);

    private static async Task<Results<Ok<DeliveryResponse>, ProblemHttpResult>> DecideAsync(
        string id, ClaimsPrincipal caller, Func<int, long, Actor, CancellationToken, Task<DeliveryDecision>> decide,
        CancellationToken cancel)
    {
        var unknown = Problems.NotFound("There is no delivery with this id.");
        if (!DeliveryResponse.TryReadId(id, out var issueId, out var subscriberId))
            return unknown;
        return await decide(issueId, subscriberId, caller.Actor(), cancel) switch
        {
            DeliveryDecision.Done done => TypedResults.Ok(DeliveryResponse.Of(done.Delivery)),
            DeliveryDecision.Refused refused => Problems.Conflict(refused.Why),
            _ => unknown,
        };
    }
}

/// <summary>
/// The delivery of an issue to one reader. The id combines the numbers of issue and reader (12-345). A reader's number below zero means
/// that the reader's data was deleted. The field reason says why an excluded reader is not mailed, and uncertainAt when a crash or a broken
/// connection last hid the outcome.
/// </summary>
internal sealed record DeliveryResponse(
    string Id, long SubscriberId, DeliveryState State, ExclusionReason? Reason, int Attempts, DateTimeOffset? NextAttemptAt,
    ReplyResponse? Reply, DateTimeOffset? UncertainAt, DateTimeOffset UpdatedAt)
{
    public static DeliveryResponse Of(Delivery delivery) => new(
        $"{delivery.IssueId}-{delivery.SubscriberId}", delivery.SubscriberId, delivery.State, delivery.Reason,
        delivery.Attempts, delivery.NextAttemptAt,
        delivery is { ReplyCode: null, ReplyText: null } ? null
        : ReplyResponse.Of(delivery.ReplyCode, delivery.EnhancedCode, delivery.ReplyText),
        delivery.UncertainAt, delivery.UpdatedAt);

    public static bool TryReadId(string id, out int issueId, out long subscriberId)
    {
        (issueId, subscriberId) = (0, 0);
        return id.Split('-') is [var issue, var subscriber]
            && int.TryParse(issue, NumberStyles.None, CultureInfo.InvariantCulture, out issueId)
            && long.TryParse(subscriber, NumberStyles.None, CultureInfo.InvariantCulture, out subscriberId);
    }
}

/// <summary>
/// The relay's last reply, without the reader's address. The text is kept only for failures, for 30 days. For a refusal (5xx), "about"
/// names what was refused: mailbox, host, policy, content, sender, session or quota.
/// </summary>
internal sealed record ReplyResponse(int? Code, string? EnhancedCode, string? Text, string? About)
{
    public static ReplyResponse Of(int? code, string? enhancedCode, string? text) =>
        new(code, enhancedCode, text, code >= 500 ? ReplyJudgement.Of(code.Value, enhancedCode, text).Word() : null);
}
