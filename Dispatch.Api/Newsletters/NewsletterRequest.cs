using Dispatch.Api.Http.Input;
using Dispatch.Worker.Newsletters;
using FluentValidation;

namespace Dispatch.Api.Newsletters;

/// <summary>
/// A change to a newsletter's settings. Omitted fields stay unchanged. NewsletterFields has the same fields, and defines what is valid.
/// </summary>
/// <param name="Name">The name, one line.</param>
/// <param name="Description">What the newsletter is about, for its page and the welcome email.</param>
/// <param name="From">The mailbox that issues come from, such as China In Eurasia &lt;news@example.org&gt;.</param>
/// <param name="ReplyTo">The mailbox that replies go to. If empty, replies go to From.</param>
/// <param name="Schedule">The schedule of issues, as five cron fields.</param>
/// <param name="TimeZone">The IANA time zone of the schedule.</param>
/// <param name="Locale">The language of the issues, as a BCP 47 tag.</param>
/// <param name="PostalAddress">The postal address at the bottom of each email, at most ten lines.</param>
/// <param name="Names">The name in readers' other languages, by language. An empty text removes the language.</param>
/// <param name="Descriptions">The description in readers' other languages, by language.</param>
/// <param name="Color">The color of links and buttons, such as #8b1a1a. If empty, the default.</param>
/// <param name="DarkColor">The color in dark mode. If empty, a lighter shade of the color.</param>
/// <param name="SmartTypography">Whether quotation marks, dashes and ellipses are set as the newsletter's language sets them.</param>
internal sealed record NewsletterRequest(string? Name = null, string? Description = null, string? From = null, string? ReplyTo = null,
    string? Schedule = null, string? TimeZone = null, string? Locale = null, string? PostalAddress = null,
    Dictionary<string, string?>? Names = null, Dictionary<string, string?>? Descriptions = null,
    string? Color = null, string? DarkColor = null, bool? SmartTypography = null)
{
    /// <summary>Returns a newsletter's settings with this change.</summary>
    public NewsletterFields AppliedTo(Newsletter newsletter)
    {
        var wanted = new NewsletterSettings();
        wanted.Take(newsletter);
        wanted.Name = Name ?? wanted.Name;
        wanted.Description = Description ?? wanted.Description;
        wanted.From = From ?? wanted.From;
        wanted.ReplyTo = ReplyTo ?? wanted.ReplyTo;
        wanted.Schedule = Schedule ?? wanted.Schedule;
        wanted.TimeZone = TimeZone ?? wanted.TimeZone;
        wanted.Locale = Locale ?? wanted.Locale;
        wanted.PostalAddress = PostalAddress ?? wanted.PostalAddress;
        wanted.Names = Changed(wanted.Names, Names);
        wanted.Descriptions = Changed(wanted.Descriptions, Descriptions);
        wanted.Color = Color ?? wanted.Color;
        wanted.DarkColor = DarkColor ?? wanted.DarkColor;
        wanted.SmartTypography = SmartTypography ?? wanted.SmartTypography;
        return wanted;
    }

    private static Translations Changed(Translations known, Dictionary<string, string?>? changes) => (changes ?? []).Aggregate(
        known, (texts, change) => change.Value is { } text ? texts.With(change.Key, text) : texts);
}

/// <summary>Checks for values that a newsletter's settings can't hold. The rest is checked with the settings.</summary>
internal sealed class NewsletterRequestValidator : AbstractValidator<NewsletterRequest>
{
    public NewsletterRequestValidator()
    {
        RuleFor(request => request.Names).HasNoFault(FaultOf);
        RuleFor(request => request.Descriptions).HasNoFault(FaultOf);
    }

    private static string? FaultOf(Dictionary<string, string?>? texts) =>
        texts is null || texts.Keys.All(NewsletterFields.Languages.Contains) ? null
            : $"Readers can choose these languages: {string.Join(", ", NewsletterFields.Languages)}.";
}
