namespace Dispatch.Templates.Confirmations;

/// <summary>
/// Asks whoever reads an address whether they want the newsletters; it shows nothing that was typed into the form, since a stranger may
/// have typed it.
/// </summary>
public sealed record ConfirmationMail
{
    public required IReadOnlyList<string> NewsletterNames { get; init; }

    /// <summary>Holds the token: this mail is for one person, so the address is no hole.</summary>
    public required Uri ConfirmUrl { get; init; }
    public required int ValidDays { get; init; }

    /// <summary>
    /// A link that no reader sees: whoever follows it is a robot. In the HTML alone, and first there, for robots begin at the top.
    /// </summary>
    public required Uri HoneypotUrl { get; init; }

    /// <summary>The second and last time of asking.</summary>
    public bool Reminder { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
