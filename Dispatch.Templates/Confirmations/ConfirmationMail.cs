namespace Dispatch.Templates.Confirmations;

/// <summary>Asks whoever reads an address whether they want the newsletters; it shows nothing that was typed into the form, since a stranger may have typed it.</summary>
public sealed record ConfirmationMail
{
    public required IReadOnlyList<string> NewsletterNames { get; init; }

    /// <summary>Holds the token: this mail is for one person, so the address is no hole.</summary>
    public required Uri ConfirmUrl { get; init; }
    public required int ValidDays { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
}
