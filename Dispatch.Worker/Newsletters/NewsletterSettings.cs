using System.Text;
using Cronos;
using MimeKit;

namespace Dispatch.Worker.Newsletters;

/// <summary>A newsletter as configured. It is created at startup if the database lacks it, and edited on the desk afterwards.</summary>
public sealed class NewsletterSettings : NewsletterFields
{
    public const string Section = "Newsletters";
    public const int LongestSlug = 64;

    public NewsletterSettings()
    {
        Name = "China In Eurasia";
        Description =
            "China's growing presence from Central Asia to Eastern Europe, reported from the ground. On the first and third Wednesday of "
                + "each month.";
        From = "China In Eurasia <newsletter@localhost.localdomain>";
        Schedule = "0 9 1-7,15-21 * WED";
        TimeZone = "Europe/Prague";
        Locale = "en";
    }

    public string Slug { get; set; } = "china-in-eurasia";

    /// <summary>Returns typed fields in the form in which they would be stored.</summary>
    public static NewsletterSettings Tidied(string slug, NewsletterFields typed)
    {
        var settings = new NewsletterSettings { Slug = slug };
        settings.Read(field => field.Tidied(field.Get(typed)));
        return settings;
    }

    /// <summary>
    /// Returns what is wrong with the newsletter. Each message begins with its configuration key, of which <paramref name="index"/> is a
    /// part.
    /// </summary>
    public IEnumerable<string> Faults(int index) => Faults().Select(fault => $"{Section}:{index}:{fault.Field} {fault.Why}");

    private const int MostAddressLines = 10;

    // Every reader's server would need SMTPUTF8 (RFC 6531). A domain in any script is fine, since it has an ASCII form.
    private const string BeyondAscii =
        "has letters other than a to z before its @, which many mail servers refuse: use an address without them";
    private const int RuleYears = 30; // 29 February falls on a given weekday about once in 28 years

    private static readonly DateTime RulesBegin = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Returns what is wrong with each field. Field and reason together make a sentence, such as "Name is empty".</summary>
    public IEnumerable<(string Field, string Why)> Faults()
    {
        foreach (var field in All)
            if (field.FaultOf(field.Get(this)) is { } why)
                yield return (field.Name, why);
        if (PostalAddress.AsSpan().Count('\n') >= MostAddressLines)
            yield return (nameof(PostalAddress), $"has more than {MostAddressLines} lines");
        if (!Slugs.IsGood(Slug, LongestSlug))
            yield return (nameof(Slug), $"is '{Shortly(Slug)}': use lowercase letters, digits and hyphens, e.g. china-in-eurasia");
        if (string.IsNullOrWhiteSpace(Name) || HasBreak(Name))
            yield return (nameof(Name), "is empty or not one line: use a title, e.g. China In Eurasia");
        if (!MailboxAddress.TryParse(From, out var from) || !from.Address.Contains('@') || HasBreak(From))
            yield return (nameof(From), "is not a mailbox: use a name and an address, e.g. China In Eurasia <news@example.org>");
        else if (!Ascii.IsValid(from.LocalPart))
            yield return (nameof(From), BeyondAscii);
        if (ReplyTo is { Length: > 0 }
            && (!MailboxAddress.TryParse(ReplyTo, out var replyTo) || !replyTo.Address.Contains('@') || HasBreak(ReplyTo)))
            yield return (nameof(ReplyTo), "is not a mailbox: use one such as desk@example.org, or nothing");
        else if (ReplyTo is { Length: > 0 } && !Ascii.IsValid(MailboxAddress.Parse(ReplyTo).LocalPart))
            yield return (nameof(ReplyTo), BeyondAscii);
        if (FaultOfSchedule() is { } fault)
            yield return (nameof(Schedule), $"is '{Shortly(Schedule)}': {fault}");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return (nameof(TimeZone), $"is '{Shortly(TimeZone)}': use an IANA zone, e.g. Europe/Prague");
        if (AccentColor.FaultOnLight(Color) is { } onLight)
            yield return (nameof(Color), onLight);
        if (AccentColor.FaultOnDark(DarkColor) is { } onDark)
            yield return (nameof(DarkColor), onDark);
        foreach (var (language, name) in Names)
            if (HasBreak(name))
                yield return ($"{nameof(Names)}:{language}", "is not one line: use a title, e.g. China In Eurasia");
        foreach (var (key, texts) in new[] { (nameof(Names), Names), (nameof(Descriptions), Descriptions) })
            foreach (var language in texts.Keys.Except(Languages))
                yield return ($"{key}:{language}",
                    $"is in a language that readers can't choose: use one of {string.Join(", ", Languages)}");
        if (!IsLanguage(Locale))
            yield return (nameof(Locale), $"is '{Shortly(Locale)}': use a language tag, e.g. en or zh-Hans");
    }

    // The check runs in UTC, where no clock change affects it. It starts at the beginning of a year, so it needs no clock: a rule without
    // years is the same every year.
    private string? FaultOfSchedule()
    {
        if (!CronExpression.TryParse(Schedule, out var rule))
            return "use five cron fields, e.g. 0 9 1-7,15-21 * WED for 9:00 on the first and third Wednesday";
        var slots = rule.GetOccurrences(RulesBegin, RulesBegin.AddYears(RuleYears)).Take(2).ToList();
        if (slots.Count == 0)
            return "there is no such day, so it never fires; e.g. 0 9 L 2 * is 9:00 on the last day of February";
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
