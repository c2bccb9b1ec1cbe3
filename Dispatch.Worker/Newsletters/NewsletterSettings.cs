using Cronos;
using Dispatch.Worker.Database;
using MimeKit;

namespace Dispatch.Worker.Newsletters;

/// <summary>A newsletter as configured: made in the database where missing at start, edited on the desk afterwards.</summary>
public sealed class NewsletterSettings
{
    public const string Section = "Newsletters";
    public const int LongestSlug = 64;

    public string Slug { get; set; } = "china-in-eurasia";
    public string Name { get; set; } = "China In Eurasia";
    public string Description { get; set; } = "China's growing presence from Central Asia to Eastern Europe, reported from the ground. On the first and third Wednesday of each month.";
    public string From { get; set; } = "China In Eurasia <newsletter@localhost.localdomain>";
    public string? ReplyTo { get; set; }
    public string Schedule { get; set; } = "0 9 1-7,15-21 * WED";
    public string TimeZone { get; set; } = "Europe/Prague";
    public string Locale { get; set; } = "en";
    public string PostalAddress { get; set; } = "";

    /// <summary>What is wrong with it, each naming its key; <paramref name="index"/> is its place in the configuration.</summary>
    public IEnumerable<string> Faults(int index) => Faults().Select(fault => $"{Section}:{index}:{fault.Field} {fault.Why}");

    private const int MostAddressLines = 10;
    private const int RuleYears = 30; // 29 February on a given weekday comes once in 28 years

    private static readonly DateTime RulesBegin = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>What is wrong with it, field by field; "Name" and "is empty …" make a sentence.</summary>
    public IEnumerable<(string Field, string Why)> Faults()
    {
        foreach (var (field, text, most) in Limits())
            if (text?.Length > most)
                yield return (field, $"has {text.Length:N0} characters: at most {most:N0} are taken");
            else if (!StorableText.Is(text))
                yield return (field, StorableText.Why.TrimEnd('.'));
        if (PostalAddress.AsSpan().Count('\n') >= MostAddressLines)
            yield return (nameof(PostalAddress), $"has more than {MostAddressLines} lines");
        if (!Slugs.IsGood(Slug, LongestSlug))
            yield return (nameof(Slug), $"is '{Shortly(Slug)}': expected lower-case letters, digits and hyphens, e.g. china-in-eurasia");
        if (string.IsNullOrWhiteSpace(Name) || HasBreak(Name))
            yield return (nameof(Name), "is empty or not one line: expected a title, e.g. China In Eurasia");
        if (!MailboxAddress.TryParse(From, out var from) || !from.Address.Contains('@') || HasBreak(From))
            yield return (nameof(From), "is not a mailbox: expected a name and an address, e.g. China In Eurasia <news@example.org>");
        if (ReplyTo is { Length: > 0 } && (!MailboxAddress.TryParse(ReplyTo, out var replyTo) || !replyTo.Address.Contains('@') || HasBreak(ReplyTo)))
            yield return (nameof(ReplyTo), "is not a mailbox: expected e.g. desk@example.org, or nothing");
        if (FaultOfSchedule() is { } fault)
            yield return (nameof(Schedule), $"is '{Shortly(Schedule)}': {fault}");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return (nameof(TimeZone), $"is '{Shortly(TimeZone)}': expected an IANA zone, e.g. Europe/Prague");
        if (!IsLanguage(Locale))
            yield return (nameof(Locale), $"is '{Shortly(Locale)}': expected a language, e.g. en or zh-Hans");
    }

    private IEnumerable<(string Field, string? Text, int Most)> Limits() =>
    [
        (nameof(Name), Name, 200), (nameof(Description), Description, 1000), (nameof(From), From, 400), (nameof(ReplyTo), ReplyTo, 400),
        (nameof(Schedule), Schedule, 200), (nameof(TimeZone), TimeZone, 100), (nameof(Locale), Locale, 35), (nameof(PostalAddress), PostalAddress, 500),
    ];

    // In UTC from the beginning of a year, since a rule without years is the same in each: no clock is needed, and no zone's changes are met.
    private string? FaultOfSchedule()
    {
        if (!CronExpression.TryParse(Schedule, out var rule))
            return "expected five cron fields, e.g. 0 9 1-7,15-21 * WED for 9:00 on the first and third Wednesday";
        var slots = rule.GetOccurrences(RulesBegin, RulesBegin.AddYears(RuleYears)).Take(2).ToList();
        if (slots.Count == 0)
            return "there is no such day, so it never comes true; e.g. 0 9 L 2 * is 9:00 on the last day of February";
        return slots.Count == 2 && slots[1] - slots[0] < TimeSpan.FromHours(1)
            ? "slots are at least an hour apart; e.g. 0 * * * * is every hour"
            : null;
    }

    private static string Shortly(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static bool HasBreak(string text) => text.AsSpan().IndexOfAny('\r', '\n') >= 0;

    private static bool IsLanguage(string text)
    {
        try
        {
            return text.Length > 0 && System.Globalization.CultureInfo.GetCultureInfo(text, predefinedOnly: true) is not null;
        }
        catch (System.Globalization.CultureNotFoundException)
        {
            return false;
        }
    }
}
