using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Dispatch.Worker.Bounces.SenderReports;

/// <summary>
/// Stores reports about mail in our name. They have no effect on readers, and anybody can send one, so only reports about our own domains
/// are stored.
/// </summary>
public sealed class SenderReportIntake(DispatchDb db)
{
    private const int MostLetters = 100;

    public async Task<IntakeResult> TakeAsync(SenderReport report, CancellationToken cancel)
    {
        var ours = (await db.Newsletters.Select(newsletter => newsletter.From).ToListAsync(cancel))
            .Select(from => MailboxAddress.TryParse(from, out var mailbox) ? mailbox.Domain : "").ToList();
        var domain = report.Domain.ToLowerInvariant();
        if (!ours.Exists(own => own.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || own.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase)))
            return IntakeResult.Unclear;
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{report.Kind}\n{report.Reporter}\n{report.ReportId}\n{domain}"));
        if (await db.SenderReportLines.AnyAsync(line => line.Key == key, cancel))
            return IntakeResult.Read;
        db.SenderReportLines.AddRange(report.Lines
            .GroupBy(row => (row.Source, row.Passed, row.Detail)).Select(group => new SenderReportLine
            {
                Key = key,
                Kind = report.Kind,
                Reporter = Short(report.Reporter),
                Domain = Short(domain),
                BeginAt = report.BeginAt,
                EndAt = report.EndAt,
                Source = Short(group.Key.Source),
                Messages = group.Sum(row => row.Messages),
                Passed = group.Key.Passed,
                Detail = Short(group.Key.Detail),
            }));
        await db.SaveChangesAsync(cancel);
        return IntakeResult.Read;
    }

    private static string Short(string text) => text.Length > MostLetters ? text[..MostLetters] : text;
}
