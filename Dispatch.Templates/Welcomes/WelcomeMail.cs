namespace Dispatch.Templates.Welcomes;

/// <summary>
/// Greets a reader who has just confirmed, and says when the next issue is due. All newsletters that were confirmed together share one
/// message.
/// </summary>
public sealed record WelcomeMail
{
    /// <summary>The name of the newsletter, or of the first of several.</summary>
    public required string NewsletterName { get; init; }

    /// <summary>The names of all confirmed newsletters.</summary>
    public IReadOnlyList<string> NewsletterNames { get => field ?? [NewsletterName]; init; }

    /// <summary>
    /// Whether the reader confirmed more than one newsletter. If so, each newsletter has its line in <see cref="NextIssues"/>, and the
    /// message leaves out everything that applies to only one of them.
    /// </summary>
    public bool Several => NewsletterNames.Count > 1;

    /// <summary>One sentence for each newsletter with a known slot. The sentence says when the next issue is due.</summary>
    public IReadOnlyList<string> NextIssues { get; init; } = [];
    public string NewsletterDescription { get; init; } = "";

    /// <summary>The language of the description, or null if it is the message's language.</summary>
    public string? NewsletterLanguage { get; init; }

    /// <summary>The date of the next issue, spelled out. Null if no slot is known.</summary>
    public string? NextIssueDate { get; init; }
    public string? LastIssueSubject { get; init; }

    /// <summary>The URL of the latest issue in the public archive. Null if there is none yet.</summary>
    public Uri? LastIssueUrl { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
