using Dispatch.Templates.Text;

namespace Dispatch.Templates.Layouts;

/// <summary>What stands around every mail: the masthead above its body and the footer below.</summary>
internal sealed record Layout
{
    public required string Masthead { get; init; }

    /// <summary>What the reader confirmed, for the foot of the mail; the masthead where it is that.</summary>
    public string SubscribedTo { get => field ?? Masthead; init; }
    public string Description { get; init; } = "";

    /// <summary>Whose words the description is in; null: those of the mail.</summary>
    public string? DescriptionLanguage { get; init; }
    public string Subject { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Date { get; init; } = "";
    public required string Language { get; init; }

    /// <summary>Whose words the frame is in; null: those of the mail.</summary>
    public string? FrameLanguage { get; init; }
    public Uri? IssueUrl { get; init; }
    public required Uri SiteUrl { get; init; }
    public required string PostalAddress { get; init; }

    public MailFooter Footer { get; init; }

    /// <summary>Whether the reader has confirmed, and so can unsubscribe.</summary>
    public bool Subscribed => Footer is MailFooter.Subscribed;

    /// <summary>Whether the address was entered in the form, and not more.</summary>
    public bool Entered => Footer is MailFooter.Entered;
    public Uri PrivacyUrl => new(SiteUrl, "privacy");

    public string Direction => TextDirection.Of(Language);
    public string DescriptionDirection => TextDirection.Of(DescriptionLanguage ?? Language);
    public string StartSide => Direction == "rtl" ? "right" : "left";
    public string EndSide => Direction == "rtl" ? "left" : "right";
    public string SiteHost => SiteUrl.IsDefaultPort ? SiteUrl.IdnHost : SiteUrl.Authority;
    public IReadOnlyList<string> PostalLines =>
        PostalAddress.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What the foot of a mail says of why it came.</summary>
internal enum MailFooter
{
    /// <summary>The reader confirmed a subscription, and can end it.</summary>
    Subscribed,

    /// <summary>Somebody entered the address in the form.</summary>
    Entered,

    /// <summary>Somebody did something with the address that the mail tells of.</summary>
    Asked,
}
