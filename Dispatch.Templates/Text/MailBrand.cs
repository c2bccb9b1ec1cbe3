namespace Dispatch.Templates.Text;

/// <summary>
/// How a newsletter's messages look: the color of links and buttons, and the logo. Templates get the colors as <c>accent</c>,
/// <c>dark_accent</c>, <c>button_color</c> and <c>dark_button_color</c>.
/// </summary>
public sealed record MailBrand
{
    /// <summary>The look of a newsletter that has chosen none, and of messages in no newsletter's name.</summary>
    public static MailBrand Usual { get; } = new();

    /// <summary>The color of links, as in <c>#8b1a1a</c>.</summary>
    public string Accent { get; init; } = "#8b1a1a";

    /// <summary>The color of links in dark mode.</summary>
    public string DarkAccent { get; init; } = "#f2a497";

    /// <summary>The color of buttons, whose words are white.</summary>
    public string ButtonColor { get; init; } = "#1b1b1a";

    /// <summary>The color of buttons in dark mode, whose words are nearly black.</summary>
    public string DarkButtonColor { get; init; } = "#e8e5df";

    /// <summary>The logo's URL, or null if there is none.</summary>
    public Uri? LogoUrl { get; init; }

    /// <summary>The size at which the logo is shown, in pixels.</summary>
    public int LogoWidth { get; init; }
    public int LogoHeight { get; init; }

    /// <summary>Whether the logo spells the name and stands in its place. If not, it stands above the name.</summary>
    public bool LogoHasName { get; init; }
}
