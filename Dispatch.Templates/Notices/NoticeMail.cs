using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;

namespace Dispatch.Templates.Notices;

/// <summary>
/// A short message that tells a reader one thing, with at most one link. Each factory method supplies the complete wording.
/// </summary>
public sealed record NoticeMail
{
    public required string Masthead { get; init; }
    public required string Subject { get; init; }

    /// <summary>What inboxes show beside the subject.</summary>
    public required string Preheader { get; init; }
    public required string Heading { get; init; }
    public required IReadOnlyList<string> Paragraphs { get; init; }
    public Uri? ActionUrl { get; init; }
    public string ActionLabel { get; init; } = "";

    /// <summary>The advice to a reader who did not expect this message.</summary>
    public required string Otherwise { get; init; }
    public required string Language { get; init; }
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
    public MailBrand Brand { get; init; } = MailBrand.Usual;

    /// <summary>Answers a sign-up for newsletters that the reader already gets.</summary>
    public static NoticeMail AlreadyThere(NoticeFrame frame, IEnumerable<string> newsletterNames, Uri preferences)
    {
        var texts = frame.Texts;
        return frame.Mail(
            texts["already.subject"], texts["already.preheader"], texts["already.heading"],
            [texts["already.lede", ("names", texts.Titles(newsletterNames))], texts["already.preferences"]],
            texts["already.otherwise"], preferences, texts["already.button"]);
    }

    /// <summary>Delivers the one-time link to the preferences.</summary>
    public static NoticeMail OneTimeLink(NoticeFrame frame, Uri link)
    {
        var texts = frame.Texts;
        return frame.Mail(
            texts["fresh.subject"], texts["fresh.preheader"], texts["fresh.heading"], [texts["fresh.lede"]], texts["fresh.otherwise"], link,
            texts["fresh.button"]);
    }

    /// <summary>Asks the owner of a new address whether a reader's issues should go there.</summary>
    public static NoticeMail AddressCheck(NoticeFrame frame, Uri link)
    {
        var texts = frame.Texts;
        return frame.Mail(
            texts["check.subject"], texts["check.preheader"], texts["check.heading"], [texts["check.lede"]], texts["check.otherwise"], link,
            texts["check.button"]);
    }

    /// <summary>
    /// Tells the owner of the old address about the change. The new address is not named, because the old mailbox may now belong to
    /// somebody else.
    /// </summary>
    public static NoticeMail AddressChanged(NoticeFrame frame)
    {
        var texts = frame.Texts;
        return frame.Mail(
            texts["moved.subject"], texts["moved.preheader"], texts["moved.heading"], [texts["moved.lede"]], texts["moved.otherwise"], null,
            "");
    }
}

/// <summary>The values that all notices to one reader share.</summary>
public sealed record NoticeFrame(string Masthead, string Language, Uri SiteUrl, string PostalAddress)
{
    public MailBrand Brand { get; init; } = MailBrand.Usual;

    internal Texts Texts => Texts.Of(Language);

    internal NoticeMail Mail(
        string subject, string preheader, string heading, IReadOnlyList<string> paragraphs, string otherwise, Uri? url, string label) =>
        new()
        {
            Masthead = Masthead,
            Subject = subject,
            Preheader = preheader,
            Heading = heading,
            Paragraphs = paragraphs,
            Otherwise = otherwise,
            ActionUrl = url,
            ActionLabel = label,
            Language = Language,
            SiteUrl = SiteUrl,
            PostalAddress = PostalAddress,
            Brand = Brand,
        };
}
