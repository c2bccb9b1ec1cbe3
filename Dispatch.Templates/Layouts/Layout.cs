using Dispatch.Templates.Text;

namespace Dispatch.Templates.Layouts;

/// <summary>The frame around every message's body: the masthead above and the footer below.</summary>
internal sealed record Layout
{
    public required string Masthead { get; init; }

    /// <summary>The language of the masthead, or null if it is the message's language.</summary>
    public string? MastheadLanguage { get; init; }
    public MailBrand Brand { get; init; } = MailBrand.Usual;
    public Uri? LogoUrl => Brand.LogoUrl;
    public int LogoWidth => Brand.LogoWidth;
    public bool LogoHasName => Brand.LogoUrl is not null && Brand.LogoHasName;

    /// <summary>The newsletters that the reader subscribed to, for the footer. By default the masthead.</summary>
    public IReadOnlyList<string> SubscribedTo { get => field ?? [Masthead]; init; }
    public string Description { get; init; } = "";

    /// <summary>The language of the description, or null if it is the message's language.</summary>
    public string? DescriptionLanguage { get; init; }
    public string Subject { get; init; } = "";
    public string Preheader { get; init; } = "";
    public string Date { get; init; } = "";
    public required string Language { get; init; }

    /// <summary>The language of the frame, or null if it is the message's language.</summary>
    public string? FrameLanguage { get; init; }
    public Uri? IssueUrl { get; init; }

    /// <summary>The page at which somebody else can subscribe, or null if the message does not offer it.</summary>
    public Uri? SubscribeUrl { get; init; }
    public required Uri SiteUrl { get; init; }
    public required string PostalAddress { get; init; }

    public MailFooter Footer { get; init; }

    /// <summary>Whether the reader has confirmed a subscription, and can therefore unsubscribe.</summary>
    public bool Subscribed => Footer is MailFooter.Subscribed;

    /// <summary>Whether somebody entered the address in the form and nobody has confirmed it yet.</summary>
    public bool Entered => Footer is MailFooter.Entered;
    public Uri PrivacyUrl => new(SiteUrl, "privacy");

    public string Direction => TextDirection.Of(Language);
    public string DescriptionDirection => TextDirection.OfText(Description, TextDirection.Of(DescriptionLanguage ?? Language));
    public string MastheadDirection => TextDirection.OfText(Masthead, TextDirection.Of(MastheadLanguage ?? Language));
    public bool MastheadHasItalics => ScriptTraits.HasItalics(Masthead);
    public bool DescriptionHasItalics => ScriptTraits.HasItalics(Description);
    public string StartSide => Direction == "rtl" ? "right" : "left";
    public string EndSide => Direction == "rtl" ? "left" : "right";
    public string SiteHost => SiteUrl.IsDefaultPort ? SiteUrl.IdnHost : SiteUrl.Authority;
    public IReadOnlyList<string> PostalLines =>
        PostalAddress.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The reason for a message, as stated in its footer.</summary>
internal enum MailFooter
{
    /// <summary>The reader confirmed a subscription and can end it.</summary>
    Subscribed,

    /// <summary>Somebody entered the address in the form.</summary>
    Entered,

    /// <summary>Somebody used the address for another request, whose result the message reports.</summary>
    Asked,
}
