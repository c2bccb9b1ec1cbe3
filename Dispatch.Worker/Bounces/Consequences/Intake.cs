using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Bounces.Letters;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.SenderReports;
using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// Processes one message from a mailbox: reads it, finds out whose it is, judges it, and records the consequences. Safe to repeat:
/// processing the same message again, after a crash or from another mailbox, changes nothing, but forwards a letter again.
/// </summary>
public sealed class Intake(Owners owners, Recording recording, LetterIntake letters, SenderReportIntake senderReports, Judge judge)
{
    /// <summary>From the mildest to the most serious. A message that reached one of several places has reached its reader.</summary>
    private static readonly BounceKind[] Gravity =
        [BounceKind.None, BounceKind.AutoReply, BounceKind.Soft, BounceKind.Policy, BounceKind.Hard, BounceKind.Complaint];

    /// <param name="bytes">The message, or as much of it as <see cref="ReportReader"/> examines.</param>
    /// <param name="cancel">Stops before the effect, never within it.</param>
    /// <returns>Whether the message was understood. If not, a person has to read it.</returns>
    public async Task<IntakeResult> TakeAsync(byte[] bytes, CancellationToken cancel)
    {
        var (result, judged) = await JudgeAsync(bytes, cancel);
        if (judged is not null)
            await recording.RecordAsync(judged, cancel);
        return result;
    }

    /// <summary>
    /// Processes a message, but returns the verdict instead of recording it, so that the verdicts on several messages can share a
    /// transaction (<see cref="Recording.RecordAllAsync"/>).
    /// </summary>
    /// <inheritdoc cref="TakeAsync"/>
    internal async Task<Taken> JudgeAsync(byte[] bytes, CancellationToken cancel)
    {
        var mail = ReportReader.Read(bytes);
        if (mail.Nature is IncomingNature.Unreadable || mail.IsForwarded)
            return new(IntakeResult.Unclear, null);
        if (mail.SenderReport is { } aboutUs)
            return new(await senderReports.TakeAsync(aboutUs, cancel), null);
        var owner = await owners.FindAsync(mail, cancel);
        if (mail.Nature is IncomingNature.Letter or IncomingNature.AutoReply && await letters.LeaveByTokenAsync(mail, cancel))
            return new(IntakeResult.Read, null);
        if (mail.Nature is IncomingNature.Letter)
            return new(await letters.TakeAsync(mail, owner, bytes, cancel), null);
        var verdicts = MailVerdicts.Of(mail, judge).Recipients;
        var addresses = verdicts.Select(one => one.Address).OfType<string>().ToList();
        // Each of our messages has one recipient. A report on several says what happened beyond an alias or a list.
        var (_, verdict, part) = verdicts.MinBy(one => Array.IndexOf(Gravity, one.Verdict.Kind));
        var key = KeyOf(mail.MessageId is { Length: > 0 } id ? id : Convert.ToHexString(SHA256.HashData(bytes)), owner);
        return new(owner is null && verdict.Kind is not BounceKind.None and not BounceKind.AutoReply
            ? IntakeResult.Unclear : IntakeResult.Read, new(key, BounceSource.Report, verdict, part, owner, addresses));
    }

    private static byte[] KeyOf(string message, Owner? owner) => SHA256.HashData(
        Encoding.UTF8.GetBytes($"report\n{message}\n{owner?.SubscriberId}\n{owner?.IssueId}\n{owner?.MailId}"));
}

/// <summary>A processed message.</summary>
/// <param name="Result">What to do with the message.</param>
/// <param name="Judged">What has to be recorded first, or null.</param>
internal sealed record Taken(IntakeResult Result, Judged? Judged);

/// <summary>The outcome of processing a message.</summary>
public enum IntakeResult
{
    /// <summary>It was understood, and its consequences are recorded.</summary>
    Read,

    /// <summary>A person has to read it.</summary>
    Unclear,

    /// <summary>It could not be processed now, and will be read again.</summary>
    Later,
}
