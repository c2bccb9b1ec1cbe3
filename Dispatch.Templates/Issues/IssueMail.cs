using Dispatch.Templates.Text;

namespace Dispatch.Templates.Issues;

/// <summary>An issue of a newsletter, as readers receive it by email.</summary>
public sealed record IssueMail
{
    public required string NewsletterName { get; init; }
    public string NewsletterDescription { get; init; } = "";

    /// <summary>The language of the newsletter's name, or null if it is the message's language.</summary>
    public string? NameLanguage { get; init; }

    /// <summary>The language of the description, or null if it is the message's language.</summary>
    public string? DescriptionLanguage { get; init; }
    public required string Subject { get; init; }
    public string Preheader { get; init; } = "";

    /// <summary>The first words of the text, which inboxes show if there is no preview line.</summary>
    public string Opening { get; init; } = "";
    public string Byline { get; init; } = "";

    /// <summary>Whether the byline names more than one author, which some languages say in the word before it.</summary>
    public bool SeveralAuthors { get; init; }

    /// <summary>The issue's date, spelled out in the newsletter's language.</summary>
    public required string Date { get; init; }

    /// <summary>The message's language as a BCP 47 tag.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The language of the text around the article, if it differs from the newsletter's. Otherwise null.</summary>
    public string? FrameLanguage { get; init; }

    public required Markup ContentHtml { get; init; }
    public required string ContentText { get; init; }

    /// <summary>The issue's page on the site, the same for every reader.</summary>
    public required Uri IssueUrl { get; init; }
    public required Uri SiteUrl { get; init; }

    /// <summary>The page for those to whom the issue was forwarded, or null to leave that line out.</summary>
    public Uri? SubscribeUrl { get; init; }
    public string PostalAddress { get; init; } = "";
    public MailBrand Brand { get; init; } = MailBrand.Usual;

    internal string Direction => TextDirection.Of(Language);
    public string SubjectDirection => TextDirection.OfText(Subject, Direction);
    public string PreheaderDirection => TextDirection.OfText(Preheader, Direction);
    public string SubjectSide => SubjectDirection == "rtl" ? "right" : "left";
    public string PreheaderSide => PreheaderDirection == "rtl" ? "right" : "left";
    public bool SubjectHasItalics => ScriptTraits.HasItalics(Subject);
    public bool PreheaderHasItalics => ScriptTraits.HasItalics(Preheader);
}
