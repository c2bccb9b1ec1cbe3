namespace Dispatch.Templates.Confirmations;

/// <summary>
/// Asks whoever reads an address whether they want the newsletters; it shows nothing that was typed into the form, since a stranger may
/// have typed it.
/// </summary>
public sealed record ConfirmationMail
{
    public required IReadOnlyList<string> NewsletterNames { get; init; }

    /// <summary>Holds the token: this mail is for one person, so the address is not a placeholder.</summary>
    public required Uri ConfirmUrl { get; init; }
    public required int ValidDays { get; init; }

    /// <summary>
    /// A link that no reader sees: whoever follows it is a robot. Only in the HTML, and first there, because robots start at the top.
    /// </summary>
    public required Uri HoneypotUrl { get; init; }

    /// <summary>This is the second and last time we ask.</summary>
    public bool Reminder { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
