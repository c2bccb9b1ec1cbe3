using Dispatch.Templates.Text;

namespace Dispatch.Templates.Welcomes;

/// <summary>
/// Greets a reader who has just confirmed, and says when the next issue is due. Newsletters confirmed together share one message.
/// </summary>
public sealed record WelcomeMail
{
    /// <summary>The name of the newsletter, or of the first of several.</summary>
    public required string NewsletterName { get; init; }

    /// <summary>The names of all confirmed newsletters.</summary>
    public IReadOnlyList<string> NewsletterNames { get => field ?? [NewsletterName]; init; }

    /// <summary>
    /// Whether the reader confirmed several newsletters. The message then has a line for each in <see cref="NextIssues"/>, and nothing that
    /// applies to only one of them.
    /// </summary>
    public bool Several => NewsletterNames.Count > 1;

    /// <summary>Whether the reader gave a name. The greeting of somebody without a name is a text of its own.</summary>
    public bool Named { get; init; } = true;

    /// <summary>For each newsletter with a known slot, a sentence that says when its next issue is due.</summary>
    public IReadOnlyList<string> NextIssues { get; init; } = [];
    public string NewsletterDescription { get; init; } = "";

    /// <summary>The language of the description, or null if it is the message's language.</summary>
    public string? NewsletterLanguage { get; init; }

    /// <summary>The date of the next issue, spelled out, or null if no slot is known.</summary>
    public string? NextIssueDate { get; init; }
    public string? LastIssueSubject { get; init; }

    /// <summary>The URL of the latest issue in the public archive, or null if there is none yet.</summary>
    public Uri? LastIssueUrl { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
    public MailBrand Brand { get; init; } = MailBrand.Usual;
}
