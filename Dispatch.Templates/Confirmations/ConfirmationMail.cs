using Dispatch.Templates.Text;

namespace Dispatch.Templates.Confirmations;

/// <summary>
/// Asks the owner of an address to confirm a sign-up. The message contains nothing that was typed into the form, because a stranger may
/// have typed it.
/// </summary>
public sealed record ConfirmationMail
{
    public required IReadOnlyList<string> NewsletterNames { get; init; }

    /// <summary>The confirmation link. Where many get the same message, it contains the same stand-in for everybody's token.</summary>
    public required Uri ConfirmUrl { get; init; }
    public required int ValidDays { get; init; }

    /// <summary>
    /// A link that people don't see, so only robots follow it. It is the first link of the HTML part, because robots start at the top.
    /// </summary>
    public required Uri HoneypotUrl { get; init; }

    /// <summary>Whether this is the reminder, the last request to confirm.</summary>
    public bool Reminder { get; init; }
    public string Language { get; init; } = "en";
    public required Uri SiteUrl { get; init; }
    public string PostalAddress { get; init; } = "";
    public MailBrand Brand { get; init; } = MailBrand.Usual;
}
