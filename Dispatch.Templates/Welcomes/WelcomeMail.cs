namespace Dispatch.Templates.Welcomes;

/// <summary>
/// Greets a reader who has just confirmed, and says when the next issue is due: one mail for all newsletters confirmed together.
/// </summary>
public sealed record WelcomeMail
{
    /// <summary>The newsletter, or the first of several.</summary>
    public required string NewsletterName { get; init; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> NewsletterNames { get => field ?? [NewsletterName]; init; }

    /// <summary>
    /// Whether there are several: then each has its line in <see cref="NextIssues"/>, and what applies to only one is left out.
    /// </summary>
    public bool Several => NewsletterNames.Count > 1;

    /// <summary>When the next issue of each is due, one sentence each, without those that have no known slot.</summary>
    public IReadOnlyList<string> NextIssues { get; init; } = [];
    public string NewsletterDescription { get; init; } = "";

    /// <summary>The language of the description, if it is not the mail's.</summary>
    public string? NewsletterLanguage { get; init; }

    /// <summary>When the next issue is due, written out for people; null when no slot is known.</summary>
    public string? NextIssueDate { get; init; }
    public string? LastIssueSubject { get; init; }

    /// <summary>The latest issue in the public archive; null when there is none yet.</summary>
    public Uri? LastIssueUrl { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
