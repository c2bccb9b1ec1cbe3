using System.Runtime.CompilerServices;
using Dispatch.Api.Issues;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Deliveries;

/// <summary>Returns an issue's progress, once or as an event stream if the client accepts one.</summary>
internal static class ProgressEndpoint
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static void MapProgress(this IEndpointRouteBuilder issues) => issues.MapGet("/issues/{id:int}/progress", ReadAsync)
        .WithSummary("How far an issue has got: JSON, or an event stream by Accept.")
        .WithDescription(
            "audience is always the sum of the other counts. The stream has an event when something has changed, at most one a second, "
                + "and ends when nothing more will change.")
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
        // A shutdown must not wait until clients stop watching.
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
/// <param name="State">The state of the issue.</param>
/// <param name="Audience">The number of subscribers when sending started.</param>
/// <param name="Excluded">The readers who are not mailed, counted by reason.</param>
/// <param name="Pending">Deliveries that have not started or are in progress right now.</param>
/// <param name="Deferred">Deliveries that will be tried again.</param>
/// <param name="Accepted">Deliveries that a relay accepted.</param>
/// <param name="Rejected">Deliveries that were refused for good.</param>
/// <param name="Uncertain">Deliveries whose outcome is unknown and about which a person must decide.</param>
/// <param name="Cancelled">Deliveries that were cancelled with the issue.</param>
/// <param name="PerSecond">Deliveries finished per second, over the last half minute.</param>
/// <param name="Eta">When the last delivery would be finished at this pace.</param>
internal sealed record ProgressResponse(
    IssueState State, int Audience, IReadOnlyDictionary<string, int> Excluded, int Pending, int Deferred, int Accepted,
    int Rejected, int Uncertain, int Cancelled, double PerSecond, DateTimeOffset? Eta)
{
    public static ProgressResponse Of(ProgressReport report) => new(
        report.State, report.Counts.Audience, report.Counts.Excluded, report.Counts.Pending, report.Counts.Deferred,
        report.Counts.Accepted, report.Counts.Rejected,
        report.Counts.Uncertain, report.Counts.Cancelled, report.PerSecond, report.Eta);

    /// <summary>
    /// Whether this progress contains anything new. The estimated end is ignored, because it always shifts by some seconds.
    /// </summary>
    public bool Differs(ProgressResponse other) =>
        this with { Excluded = other.Excluded, Eta = null } != other with { Eta = null }
            || Excluded.Sum(reason => reason.Value) != other.Excluded.Sum(reason => reason.Value);
}
