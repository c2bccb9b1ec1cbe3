using Dispatch.Templates.Languages;

namespace Dispatch.Templates.Notices;

/// <summary>
/// A short mail that tells a reader one thing and offers one link, or none. The wording is final: each kind below chooses its own.
/// </summary>
public sealed record NoticeMail
{
    public required string Masthead { get; init; }
    public required string Subject { get; init; }
    public required string Heading { get; init; }
    public required IReadOnlyList<string> Paragraphs { get; init; }
    public Uri? ActionUrl { get; init; }
    public string ActionLabel { get; init; } = "";

    /// <summary>For whoever did not expect this mail.</summary>
    public required string Otherwise { get; init; }
    public required string Language { get; init; }
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";

    /// <summary>Answers a sign-up by somebody who is already subscribed to everything requested.</summary>
    public static NoticeMail AlreadyThere(NoticeFrame frame, IEnumerable<string> newsletterNames, Uri preferences)
    {
        var texts = frame.Texts;
        return frame.Mail(
            texts["already.subject"], texts["already.heading"],
            [texts["already.lede", ("names", texts.List(newsletterNames))], texts["already.preferences"]],
            texts["already.otherwise"], preferences, texts["already.button"]);
    }

    /// <summary>Delivers the link that opens the preferences.</summary>
    public static NoticeMail OneTimeLink(NoticeFrame frame, Uri link)
    {
        var texts = frame.Texts;
        return frame.Mail(texts["fresh.subject"], texts["fresh.heading"], [texts["fresh.lede"]], texts["fresh.otherwise"],
            link, texts["fresh.button"]);
    }

    /// <summary>Asks whoever reads a new address whether a reader's issues should go there.</summary>
    public static NoticeMail AddressCheck(NoticeFrame frame, Uri link)
    {
        var texts = frame.Texts;
        return frame.Mail(texts["check.subject"], texts["check.heading"], [texts["check.lede"]], texts["check.otherwise"],
            link, texts["check.button"]);
    }

    /// <summary>Informs the old address without naming the new one: this mailbox may have become somebody else's.</summary>
    public static NoticeMail AddressChanged(NoticeFrame frame)
    {
        var texts = frame.Texts;
        return frame.Mail(texts["moved.subject"], texts["moved.heading"], [texts["moved.lede"]], texts["moved.otherwise"], null, "");
    }
}

/// <summary>What all notices to the same reader have in common.</summary>
public sealed record NoticeFrame(string Masthead, string Language, Uri SiteUrl, string PostalAddress)
{
    internal Texts Texts => Texts.Of(Language);

    internal NoticeMail Mail(string subject, string heading, IReadOnlyList<string> paragraphs, string otherwise, Uri? url, string label) =>
        new()
        {
            Masthead = Masthead,
            Subject = subject,
            Heading = heading,
            Paragraphs = paragraphs,
            Otherwise = otherwise,
            ActionUrl = url,
            ActionLabel = label,
            Language = Language,
            SiteUrl = SiteUrl,
            PostalAddress = PostalAddress,
        };
}
