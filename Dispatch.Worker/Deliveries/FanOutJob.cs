using Dispatch.Templates;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// Begins an issue whose time has come: renders it once, and in one transaction stores it as it goes out, freezes its audience and
/// sets it to sending. Doubled, the second run finds it begun. What can't be rendered is held for a person, with the reason.
/// </summary>
[Queue("issues")]
[AutomaticRetry(Attempts = 0)]
public sealed class FanOutJob(DispatchDb db, IssueRenderer renderer, DeliveryLedger ledger, ChunkJobs chunks, TimeProvider clock, ILogger<FanOutJob> log)
{
    [JobDisplayName("Begin issue {0}")]
    public async Task RunAsync(int issueId, CancellationToken cancel)
    {
        var issue = await db.Issues.SingleOrDefaultAsync(i => i.Id == issueId && i.State == IssueState.Scheduled && i.SendAt <= clock.GetUtcNow(), cancel);
        if (issue is null)
            return;
        if (await RenderAsync(issue, cancel) is not { } edition)
            return;
        try
        {
            await BeginAsync(issue, edition, cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // edited, taken back or begun elsewhere this moment; the next tick finds it if it is still due
        }
        log.LogInformation("Issue {Issue} begins", issueId);
        if (!await ledger.FinishAsync(issueId))
            await chunks.QueueAsync(cancel);
    }

    private async Task<Edition?> RenderAsync(Issue issue, CancellationToken cancel)
    {
        try
        {
            var rendered = await renderer.RenderAsync(issue, issue.SendAt!.Value, cancel);
            if (rendered.Faults.FirstOrDefault(fault => fault.Severity is FaultSeverity.Error) is { } error)
                return await HoldAsync(issue, $"It can't go out as it is: {error.Message}", cancel);
            return Edition.Of(issue, rendered, clock.GetUtcNow());
        }
        catch (TemplateException fault)
        {
            return await HoldAsync(issue, $"A template does not fit: {fault.Message}", cancel);
        }
    }

    private async Task BeginAsync(Issue issue, Edition edition, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        issue.StartSending(now);
        await db.SaveChangesAsync(cancel); // first and alone: of two runs at once, the second stops here and nowhere else
        db.Editions.Add(edition);
        db.Audit.Add(new AuditEntry { At = now, Actor = "worker", Action = "issue.begun", Target = $"issue:{issue.Id}", Detail = $"revision {issue.Revision}" });
        await db.SaveChangesAsync(cancel);
        await ledger.FanOutAsync(issue.Id, issue.NewsletterId, cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<Edition?> HoldAsync(Issue issue, string why, CancellationToken cancel)
    {
        issue.Hold(why);
        db.Audit.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = "worker", Action = "issue.held", Target = $"issue:{issue.Id}", Detail = why });
        try
        {
            await db.SaveChangesAsync(cancel);
            log.LogWarning("Issue {Issue} is held: it can't be rendered", issue.Id);
        }
        catch (DbUpdateConcurrencyException)
        {
            // edited this moment; the next tick tries again
        }
        return null;
    }
}
