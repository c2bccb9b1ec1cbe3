using Dispatch.Templates.Text;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Ends an issue for which no run has anything left to do. The issue is marked as sent or, if uncertain deliveries remain, the desk shows
/// that a person has to decide.
/// </summary>
public sealed class IssueEnd(DispatchDb db, DeliveryLedger ledger, ILogger<IssueEnd> log)
{
    /// <returns>True if the issue was marked as sent, or if its message on the desk changed.</returns>
    public async Task<bool> FinishAsync(int issueId)
    {
        if (await ledger.FinishAsync(issueId))
        {
            log.LogInformation("Issue {Issue} is sent", issueId);
            return true;
        }
        if (await ledger.LeftToAPersonAsync(issueId) is not (> 0 and var left))
            return false;
        var text =
            $"Nothing is left to send, but the outcome is unknown for {Counted.Of(left, "reader")}: a crash or a broken connection hid "
            + "whether they received it. Send those emails again, or mark them as delivered.";
        if (await db.Issues.Where(issue => issue.Id == issueId && issue.State == IssueState.Sending && issue.LastError != text)
            .ExecuteUpdateAsync(set => set.SetProperty(issue => issue.LastError, text)) == 0)
            return false;
        log.LogWarning("Issue {Issue} waits for a person: {Uncertain} deliveries are uncertain", issueId, left);
        return true;
    }
}
