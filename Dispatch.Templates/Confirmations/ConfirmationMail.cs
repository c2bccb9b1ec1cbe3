namespace Dispatch.Templates.Confirmations;

/// <summary>
/// Asks the person at an address to confirm a sign-up for newsletters. The message repeats nothing that was typed into the form, because a
/// stranger may have typed it.
/// </summary>
public sealed record ConfirmationMail
{
    public required IReadOnlyList<string> NewsletterNames { get; init; }

    /// <summary>
    /// The confirmation link. It contains the token itself and not a placeholder, because this message goes to only one person.
    /// </summary>
    public required Uri ConfirmUrl { get; init; }
    public required int ValidDays { get; init; }

    /// <summary>
    /// A link that people do not see, so only robots follow it. It is only in the HTML part, and is the first link there, because robots
    /// start at the top.
    /// </summary>
    public required Uri HoneypotUrl { get; init; }

    /// <summary>Whether this is the reminder: the second and last request to confirm.</summary>
    public bool Reminder { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
