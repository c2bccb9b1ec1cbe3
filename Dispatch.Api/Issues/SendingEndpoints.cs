using System.Security.Claims;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Input;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>The calls for decisions about sending an issue. A request that violates SendingDesk's rules gets 409 and the reason.</summary>
internal static class SendingEndpoints
{
    public static void MapSending(this IEndpointRouteBuilder issues)
    {
        issues.MapPost("/issues/{id:int}/schedule", ScheduleAsync).Validate<ScheduleRequest>().OncePerKey()
            .WithSummary("Put an issue into a slot, or give it an instant.").ProducesProblem(StatusCodes.Status409Conflict);
        Map("approve", "Approve a draft as it is now; any edit withdraws the approval.",
            (desks, id, actor, cancel) => desks.Issues.ApproveAsync(id, actor, cancel));
        Map("unapprove", "Take an approval back.",
            (desks, id, actor, cancel) => desks.Issues.UnapproveAsync(id, actor, cancel));
        Map("unschedule", "Unschedule an issue: it becomes a draft, and its slot is free.",
            (desks, id, actor, cancel) => desks.Sending.UnscheduleAsync(id, actor, cancel));
        Map("send", "Send an issue now; for a minute it can still be unscheduled.",
            (desks, id, actor, cancel) => desks.Sending.SendNowAsync(id, actor, cancel));
        Map("pause", "Pause sending; emails under way are finished.",
            (desks, id, actor, cancel) => desks.Sending.PauseAsync(id, actor, cancel));
        Map("resume", "Resume where it stopped.",
            (desks, id, actor, cancel) => desks.Sending.ResumeAsync(id, actor, cancel));
        Map("cancel", "Cancel the remaining emails.",
            (desks, id, actor, cancel) => desks.Sending.CancelAsync(id, actor, cancel));

        void Map(string verb, string summary, Decide decide) => issues
            .MapPost($"/issues/{{id:int}}/{verb}", async Task<Results<Ok<IssueResponse>, ProblemHttpResult>> (int id,
                IssueDesk desk, SendingDesk sending, IssueAnswers answers, ClaimsPrincipal caller, HttpContext http,
                CancellationToken cancel) =>
                await answers.OfAsync(await decide(new(desk, sending), id, caller.Actor(), cancel), http, cancel))
            .OncePerKey().WithSummary(summary).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private delegate Task<IssueOutcome> Decide(Desks desks, int id, Worker.Audit.Actor actor, CancellationToken cancel);

    private readonly record struct Desks(IssueDesk Issues, SendingDesk Sending);

    private static async Task<Results<Ok<IssueResponse>, ProblemHttpResult>> ScheduleAsync(
        int id, ScheduleRequest request, SendingDesk desk, IssueAnswers answers, ClaimsPrincipal caller, HttpContext http,
        CancellationToken cancel)
    {
        var outcome = request.Slot is { } slot && SlotChoice.TryParse(slot, out var choice)
            ? await desk.ScheduleAsync(id, choice, caller.Actor(), cancel)
            : await desk.ScheduleAtAsync(id, request.Instant, caller.Actor(), cancel);
        return await answers.OfAsync(outcome, http, cancel);
    }
}
