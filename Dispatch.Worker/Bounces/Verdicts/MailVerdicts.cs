using Dispatch.Worker.Bounces.Reports;

namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>The verdicts on all recipients of a returned message, as <c>bounces classify</c> prints them.</summary>
/// <param name="Mail">The message.</param>
/// <param name="Recipients">Each recipient with its verdict. If the message names nobody, one entry without an address.</param>
public sealed record MailVerdicts(IncomingMail Mail, IReadOnlyList<(string? Address, Verdict Verdict, string Part)> Recipients)
{
    public static MailVerdicts Of(IncomingMail mail, Judge judge) => new(mail, mail.Recipients.Count == 0
        ? [(null, judge.Of(mail), "header")]
        : [.. mail.Recipients.Select(one => (one.Address, judge.Of(mail, one), one.Part))]);

    /// <summary>Returns the columns recipients, kind, enhanced status and reason, separated by tabs.</summary>
    public string Line()
    {
        var addresses = Recipients.Select(one => one.Address).OfType<string>().ToList();
        return string.Join('\t',
            addresses.Count == 0 ? "-" : string.Join(',', addresses),
            OneOrAll(Recipients.Select(one => Verdict.Word(one.Verdict.Kind))),
            OneOrAll(Recipients.Select(one => one.Verdict.EnhancedCode ?? "-")),
            OneOrAll(Recipients.Select(one => $"{one.Verdict.Reason} ({one.Verdict.Rule})"), "; "));
    }

    private static string OneOrAll(IEnumerable<string> values, string between = ",")
    {
        var all = values.ToList();
        return all.TrueForAll(value => value == all[0]) ? all[0] : string.Join(between, all);
    }
}
