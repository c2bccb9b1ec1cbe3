using Dispatch.Templates.Text;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Brands;

/// <summary>Converts a newsletter's color and logo to the look of its messages and pages.</summary>
public static class Brand
{
    // A logo is shown within this box, in pixels. A logo at least this wide for its height is assumed to spell the newsletter's name.
    private const int Widest = 300, Highest = 72;
    private const double RatioOfName = 2.5;

    /// <summary>Returns the look of a newsletter's messages.</summary>
    public static MailBrand Of(Newsletter newsletter, Uri site)
    {
        var accent = AccentColor.Of(newsletter);
        var (width, height) = SizeOf(newsletter);
        return new MailBrand
        {
            Accent = accent.Light,
            DarkAccent = accent.Dark,
            ButtonColor = accent.IsOwn ? accent.Light : MailBrand.Usual.ButtonColor,
            DarkButtonColor = accent.IsOwn ? accent.Dark : MailBrand.Usual.DarkButtonColor,
            LogoUrl = newsletter.LogoName is { } logo ? new Uri(site, $"media/{logo}") : null,
            LogoWidth = width,
            LogoHeight = height,
            LogoHasName = HasName(newsletter),
        };
    }

    /// <summary>Whether the newsletter's logo is so wide that it spells the name, and is shown in its place.</summary>
    public static bool HasName(Newsletter newsletter) =>
        newsletter.LogoName is not null && newsletter.LogoWidth >= RatioOfName * newsletter.LogoHeight;

    /// <summary>Returns the size at which the newsletter's logo is shown, in pixels, or zeros if it has none.</summary>
    public static (int Width, int Height) SizeOf(Newsletter newsletter)
    {
        if (newsletter.LogoName is null || newsletter.LogoWidth == 0 || newsletter.LogoHeight == 0)
            return (0, 0);
        var scale = Math.Min(1, Math.Min((double)Widest / newsletter.LogoWidth, (double)Highest / newsletter.LogoHeight));
        return (Math.Max(1, (int)Math.Round(newsletter.LogoWidth * scale)), Math.Max(1, (int)Math.Round(newsletter.LogoHeight * scale)));
    }
}
