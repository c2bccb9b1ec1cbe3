using Cronos;
using MimeKit;

namespace Dispatch.Worker.Newsletters;

/// <summary>A newsletter as configured: made in the database where missing at start, edited on the desk afterwards.</summary>
public sealed class NewsletterSettings
{
    public const string Section = "Newsletters";

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

    /// <summary>What is wrong with it, field by field; "Name" and "is empty …" make a sentence.</summary>
    public IEnumerable<(string Field, string Why)> Faults()
    {
        if (Slug.Length is 0 or > 64 || !Slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || Slug.StartsWith('-') || Slug.EndsWith('-'))
            yield return (nameof(Slug), $"is '{Slug}': expected lower-case letters, digits and hyphens, e.g. china-in-eurasia");
        if (string.IsNullOrWhiteSpace(Name) || HasBreak(Name))
            yield return (nameof(Name), "is empty or not one line: expected a title, e.g. China In Eurasia");
        if (!MailboxAddress.TryParse(From, out var from) || !from.Address.Contains('@') || HasBreak(From))
            yield return (nameof(From), "is not a mailbox: expected a name and an address, e.g. China In Eurasia <news@example.org>");
        if (ReplyTo is { Length: > 0 } && (!MailboxAddress.TryParse(ReplyTo, out var replyTo) || !replyTo.Address.Contains('@') || HasBreak(ReplyTo)))
            yield return (nameof(ReplyTo), "is not a mailbox: expected e.g. desk@example.org, or nothing");
        if (!CronExpression.TryParse(Schedule, out _))
            yield return (nameof(Schedule), $"is '{Schedule}': expected five cron fields, e.g. 0 9 1-7,15-21 * WED for 9:00 on the first and third Wednesday");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return (nameof(TimeZone), $"is '{TimeZone}': expected an IANA zone, e.g. Europe/Prague");
        if (!IsLanguage(Locale))
            yield return (nameof(Locale), $"is '{Locale}': expected a language, e.g. en or zh-Hans");
    }

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
