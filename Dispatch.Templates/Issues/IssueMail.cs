using Dispatch.Templates.Text;

namespace Dispatch.Templates.Issues;

/// <summary>An issue of a newsletter, as it is mailed to its readers.</summary>
public sealed record IssueMail
{
    public required string NewsletterName { get; init; }
    public string NewsletterDescription { get; init; } = "";
    public required string Subject { get; init; }
    public string Preheader { get; init; } = "";
    public string Byline { get; init; } = "";

    /// <summary>The issue's date, written out for people in the newsletter's language.</summary>
    public required string Date { get; init; }

    /// <summary>BCP 47; it also determines the mail's text direction.</summary>
    public string Language { get; init; } = "en";

    /// <summary>
    /// The language of the frame around the article: the reader's, which may differ from the newsletter's. Null: the mail's own.
    /// </summary>
    public string? FrameLanguage { get; init; }

    public required Markup ContentHtml { get; init; }
    public required string ContentText { get; init; }

    /// <summary>The issue in the public archive: the same for every reader.</summary>
    public required Uri IssueUrl { get; init; }
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
