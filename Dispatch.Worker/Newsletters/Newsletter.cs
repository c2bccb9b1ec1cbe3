namespace Dispatch.Worker.Newsletters;

/// <summary>A publication that readers subscribe to, with its name, its sender and the schedule of its issues.</summary>
public class Newsletter : NewsletterFields
{
    public int Id { get; set; }

    /// <summary>
    /// The newsletter's name in URLs: at most 64 lower-case letters, digits and hyphens. The slug must not change once an issue has gone
    /// out.
    /// </summary>
    public required string Slug { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Every slot up to this instant is settled. Its issue has gone out or is held, or the slot is recorded as skipped.</summary>
    public DateTimeOffset SlotsSettledUntil { get; set; }

    /// <summary>The name under <c>/media/</c> of the logo, or null if the newsletter has none.</summary>
    public string? LogoName { get; set; }

    /// <summary>The size of <see cref="LogoName"/>, in pixels.</summary>
    public int LogoWidth { get; set; }
    public int LogoHeight { get; set; }

    public static Newsletter Of(NewsletterSettings settings, DateTimeOffset now)
    {
        var newsletter = new Newsletter { Slug = settings.Slug, CreatedAt = now, SlotsSettledUntil = now };
        newsletter.Take(settings);
        return newsletter;
    }
}
