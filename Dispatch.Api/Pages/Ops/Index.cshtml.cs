using Dispatch.Api.Pages.Desk;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Scheduling;
using Hangfire;
using Hangfire.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Ops;

/// <summary>The first page for ops: what is going out, through which relays, what is waiting, and the state of the machine.</summary>
public sealed class IndexModel(
    DeliveryOverview overview, RelayPool relays, DomainThrottle throttle,
    Doctor doctor, JobStorage jobs, StaffNames names, TimeProvider clock) : PageModel
{
    /// <summary>Whether to ask each relay if it would accept mail. This may take a while.</summary>
    [BindProperty(SupportsGet = true, Name = "relays")]
    public bool AskRelays { get; set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();
    public IReadOnlyList<IssueOnItsWay> Issues { get; private set; } = [];
    public IReadOnlyList<Issue> ToCome { get; private set; } = [];
    public ReadersMails Mails { get; private set; } = new(0, 0, 0);
    public IReadOnlyList<(Newsletter Newsletter, IReadOnlyList<SlotView> Slots)> SlotsAhead { get; private set; } = [];
    public IReadOnlyList<AuditEntry> LastDone { get; private set; } = [];
    public IReadOnlyDictionary<string, string> People { get; private set; } = new Dictionary<string, string>();
    public IReadOnlyList<RelayStatus> Relays { get; private set; } = [];

    /// <summary>The providers that get nothing from this process at present, because they asked for a pause.</summary>
    public IReadOnlyList<(string Provider, DateTimeOffset Until)> Paused => throttle.Paused;
    public IReadOnlyList<Finding> Findings { get; private set; } = [];

    /// <summary>The processes that run jobs, each with its name and the time of its last heartbeat.</summary>
    public IReadOnlyList<(string Name, DateTimeOffset? HeardAt)> Workers { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Issues = await overview.IssuesAsync(cancel);
        ToCome = await overview.ToComeAsync(cancel);
        Mails = await overview.ReadersMailsAsync(cancel);
        SlotsAhead = await overview.SlotsAheadAsync(cancel);
        LastDone = await overview.LastDoneAsync(cancel);
        People = await names.OfAsync(LastDone.SelectMany(entry => new[] { entry.Actor, entry.Target }), cancel);
        Relays = relays.Status;
        Workers = WorkersOf(jobs.GetMonitoringApi());
        var findings = new List<Finding>();
        await foreach (var finding in doctor.ExamineAsync(AskRelays, cancel))
            findings.Add(finding);
        Findings = findings;
    }

    // A process has one Hangfire server per queue, named MACHINE:PROCESS:QUEUE with an id from Hangfire at the end.
    private static List<(string, DateTimeOffset?)> WorkersOf(IMonitoringApi hangfire) => [.. hangfire.Servers()
        .GroupBy(server => string.Join(':', server.Name.Split(':').Take(2)))
        .Select(process => (process.Key, process.Max(server => server.Heartbeat) is { } heard ? new DateTimeOffset(heard, TimeSpan.Zero)
            : (DateTimeOffset?)null))
        .OrderBy(process => process.Key, StringComparer.Ordinal)];
}
