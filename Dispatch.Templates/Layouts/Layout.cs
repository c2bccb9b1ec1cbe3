using Dispatch.Templates.Text;

namespace Dispatch.Templates.Layouts;

/// <summary>What surrounds every mail's body: the masthead above and the footer below.</summary>
internal sealed record Layout
{
    public required string Masthead { get; init; }

    /// <summary>What the reader subscribed to, for the footer; by default the masthead.</summary>
    public string SubscribedTo { get => field ?? Masthead; init; }
    public string Description { get; init; } = "";

    /// <summary>The language of the description; null: the mail's.</summary>
    public string? DescriptionLanguage { get; init; }
    public string Subject { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Date { get; init; } = "";
    public required string Language { get; init; }

    /// <summary>The language of the frame; null: the mail's.</summary>
    public string? FrameLanguage { get; init; }
    public Uri? IssueUrl { get; init; }
    public required Uri SiteUrl { get; init; }
    public required string PostalAddress { get; init; }

    public MailFooter Footer { get; init; }

    /// <summary>Whether the reader has confirmed, and so can unsubscribe.</summary>
    public bool Subscribed => Footer is MailFooter.Subscribed;

    /// <summary>Whether the address was only entered in the form.</summary>
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

/// <summary>What a mail's footer says about why it was sent.</summary>
internal enum MailFooter
{
    /// <summary>The reader confirmed a subscription, and can end it.</summary>
    Subscribed,

    /// <summary>Somebody entered the address in the form.</summary>
    Entered,

    /// <summary>Somebody did something with the address, and the mail reports it.</summary>
    Asked,
}
