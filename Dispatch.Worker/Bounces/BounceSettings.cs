using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Bounces;

/// <summary>Which mailboxes are read for bounces, and when a reader is suppressed.</summary>
public sealed class BounceSettings : ISettings
{
    public static string Section => "Bounces";

    /// <summary>The mailboxes to read. If there are none, only relays' immediate replies are judged.</summary>
    public List<MailboxSettings> Mailboxes { get; set; } = [];

    /// <inheritdoc cref="MailboxState.NameOf"/>
    internal IEnumerable<string> MailboxNames => Mailboxes.Select((mailbox, number) =>
        MailboxUrl.TryParse(mailbox.Url, out var url, out _) ? MailboxState.NameOf(number, url) : "");

    /// <summary>After how many soft bounces in a row a reader is suppressed; 2 to 100. A message that arrives begins a new row.</summary>
    public int SoftInARow { get; set; } = 5;

    /// <summary>Over how long a row of soft bounces has to reach at least; 0 to 365 days.</summary>
    public TimeSpan SoftOver { get; set; } = TimeSpan.FromDays(21);

    /// <summary>
    /// How long a report may take; one hour to 30 days. An issue that a relay accepted counts as arrived for a row of soft bounces only
    /// after this time. RFC 5321 §4.5.4.1 has servers give up after four to five days; a relay of your own may do so sooner.
    /// </summary>
    public TimeSpan ReportsWithin { get; set; } = TimeSpan.FromDays(5);

    /// <summary>An operator's file of rules about servers' words, which take precedence over the built-in ones. Empty for none.</summary>
    public string RulesFile { get; set; } = "";

    public IEnumerable<string> Faults()
    {
        for (var index = 0; index < Mailboxes.Count; index++)
            foreach (var fault in Mailboxes[index].Faults(index))
                yield return fault;
        if (SoftInARow is < 2 or > 100)
            yield return $"Bounces:SoftInARow is {SoftInARow}: use 2 to 100, e.g. 5";
        if (SoftOver < TimeSpan.Zero || SoftOver > TimeSpan.FromDays(365))
            yield return $"Bounces:SoftOver is {SoftOver}: use 0 to 365 days, e.g. 21.00:00:00";
        if (ReportsWithin < TimeSpan.FromHours(1) || ReportsWithin > TimeSpan.FromDays(30))
            yield return $"Bounces:ReportsWithin is {ReportsWithin}: use an hour to 30 days, e.g. 5.00:00:00";
        if (RulesFile.Length > 0 && RulesFault() is { } wrong)
            yield return wrong;
    }

    private string? RulesFault()
    {
        try
        {
            TextRules.WithFile(RulesFile);
            return null;
        }
        catch (StartException fault)
        {
            return $"Bounces:RulesFile {fault.Message}";
        }
    }
}
