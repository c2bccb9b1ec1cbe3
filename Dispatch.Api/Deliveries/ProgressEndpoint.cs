using System.Runtime.CompilerServices;
using Dispatch.Api.Issues;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Deliveries;

/// <summary>An issue's progress: once, or continuously to a client that accepts an event stream.</summary>
internal static class ProgressEndpoint
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static void MapProgress(this IEndpointRouteBuilder issues) => issues.MapGet("/issues/{id:int}/progress", ReadAsync)
        .WithSummary("How far an issue has got: JSON, or an event stream by Accept.")
        .WithDescription(
            "audience is always the sum of all the counts after it. The stream has an event when something changed, one a second at most, "
                + "and ends when nothing will change any more.")
        .Produces<ProgressResponse>(StatusCodes.Status200OK, "application/json", "text/event-stream");

    private static async Task<Results<Ok<ProgressResponse>, ServerSentEventsResult<ProgressResponse>, ProblemHttpResult>> ReadAsync(
        int id, ProgressReports reports, TimeProvider clock, IHostApplicationLifetime host, HttpContext http, CancellationToken cancel)
    {
        if (await reports.LookAsync(id, cancel) is not { } report)
            return IssueAnswers.Unknown;
        return http.Request.GetTypedHeaders().Accept.Any(accepted =>
            accepted.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase))
            ? TypedResults.ServerSentEvents(FollowAsync(id, report, reports, clock, host.ApplicationStopping, cancel))
            : TypedResults.Ok(ProgressResponse.Of(report));
    }

    private static async IAsyncEnumerable<ProgressResponse> FollowAsync(
        int id, ProgressReport report, ProgressReports reports, TimeProvider clock, CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // A process that is shutting down must not wait for those watching.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancel);
        using var timer = new PeriodicTimer(Every, clock);
        yield return ProgressResponse.Of(report);
        while (!report.IsSettled && await TickAsync(timer, over.Token) && await reports.LookAsync(id, cancel) is { } now)
        {
            if (ProgressResponse.Of(now).Differs(ProgressResponse.Of(report)))
                yield return ProgressResponse.Of(now);
            report = now;
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken over)
    {
        try
        {
            return await timer.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>An issue's progress. <paramref name="Audience"/> is the sum of the seven counts after it.</summary>
/// <param name="State">The issue's.</param>
/// <param name="Audience">Everybody who was subscribed when it started.</param>
/// <param name="Excluded">Who is not mailed, by reason.</param>
/// <param name="Pending">Not started, or in progress right now.</param>
/// <param name="Deferred">To be tried again.</param>
/// <param name="Accepted">Taken by a relay.</param>
/// <param name="Rejected">Refused for good.</param>
/// <param name="Uncertain">Their outcome is unknown; a person decides.</param>
/// <param name="Cancelled">Ended together with the issue.</param>
/// <param name="PerSecond">Mails settled per second, over the last half minute.</param>
/// <param name="Eta">When the last mail would be out at this pace.</param>
internal sealed record ProgressResponse(
    IssueState State, int Audience, IReadOnlyDictionary<string, int> Excluded, int Pending, int Deferred, int Accepted,
    int Rejected, int Uncertain, int Cancelled, double PerSecond, DateTimeOffset? Eta)
{
    public static ProgressResponse Of(ProgressReport report) => new(
        report.State, report.Counts.Audience, report.Counts.Excluded, report.Counts.Pending, report.Counts.Deferred,
        report.Counts.Accepted, report.Counts.Rejected,
        report.Counts.Uncertain, report.Counts.Cancelled, report.PerSecond, report.Eta);

    /// <summary>Whether it says anything new: at the same pace the estimated end shifts every second, and that is not news.</summary>
    public bool Differs(ProgressResponse other) =>
        this with { Excluded = other.Excluded, Eta = null } != other with { Eta = null }
            || Excluded.Sum(reason => reason.Value) != other.Excluded.Sum(reason => reason.Value);
}
