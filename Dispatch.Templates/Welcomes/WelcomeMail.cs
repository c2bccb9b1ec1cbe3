namespace Dispatch.Templates.Welcomes;

/// <summary>Greets a reader who has just confirmed, and says when the next issue comes.</summary>
public sealed record WelcomeMail
{
    public required string NewsletterName { get; init; }
    public string NewsletterDescription { get; init; } = "";

    /// <summary>What the description is written in, when that is not the mail's language.</summary>
    public string? NewsletterLanguage { get; init; }

    /// <summary>When the next issue comes, written for people; null when no slot is known.</summary>
    public string? NextIssueDate { get; init; }
    public string? LastIssueSubject { get; init; }

    /// <summary>The last issue in the public archive; null when there is none yet.</summary>
    public Uri? LastIssueUrl { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
