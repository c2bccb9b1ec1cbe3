namespace Dispatch.Templates.Welcomes;

/// <summary>
/// Greets a reader who has just confirmed, and says when the next issue comes: one mail for all newsletters confirmed together.
/// </summary>
public sealed record WelcomeMail
{
    /// <summary>The newsletter, or the first of several.</summary>
    public required string NewsletterName { get; init; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> NewsletterNames { get => field ?? [NewsletterName]; init; }

    /// <summary>
    /// Whether they are several: then each has its line in <see cref="NextIssues"/>, and what is said of one alone is left out.
    /// </summary>
    public bool Several => NewsletterNames.Count > 1;

    /// <summary>When the next issue of each comes, a sentence each, without those of which no slot is known.</summary>
    public IReadOnlyList<string> NextIssues { get; init; } = [];
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
