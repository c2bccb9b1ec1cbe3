namespace Dispatch.Worker.Newsletters;

/// <summary>A publication that readers subscribe to: who sends it, what it is called, and how often its issues go out.</summary>
public class Newsletter : NewsletterFields
{
    public int Id { get; set; }

    /// <summary>Its name in addresses: lower-case letters, digits and hyphens, at most 64. Never changed once mail has gone out.</summary>
    public required string Slug { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Every slot up to this instant has been dealt with: it went out, is held, or is recorded as skipped.</summary>
    public DateTimeOffset SlotsSettledUntil { get; set; }

    public static Newsletter Of(NewsletterSettings settings, DateTimeOffset now)
    {
        var newsletter = new Newsletter { Slug = settings.Slug, CreatedAt = now, SlotsSettledUntil = now };
        newsletter.Take(settings);
        return newsletter;
    }
}
