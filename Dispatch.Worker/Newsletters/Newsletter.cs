namespace Dispatch.Worker.Newsletters;

/// <summary>A publication that readers subscribe to: who sends it, how it is called, and in which rhythm its issues go out.</summary>
public class Newsletter
{
    public int Id { get; set; }

    /// <summary>Its name in addresses: lower-case letters, digits and hyphens, at most 64. Never changed once mail has gone out.</summary>
    public required string Slug { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";

    /// <summary>The mailbox that issues come from, as in <c>China In Eurasia &lt;news@example.org&gt;</c> (RFC 5322 §3.4).</summary>
    public required string From { get; set; }
    public string? ReplyTo { get; set; }

    /// <summary>The rule of its edition slots: five cron fields; day of month and day of week must both hold.</summary>
    public required string Schedule { get; set; }

    /// <summary>IANA name of the zone that <see cref="Schedule"/> is read in, as in <c>Europe/Prague</c>.</summary>
    public required string TimeZone { get; set; }

    /// <summary>BCP 47 language of its issues, as in <c>en</c>.</summary>
    public string Locale { get; set; } = "en";
    public string PostalAddress { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Every slot up to this instant has been looked at: it went out, is held, or is recorded as skipped.</summary>
    public DateTimeOffset SlotsSettledUntil { get; set; }
}
