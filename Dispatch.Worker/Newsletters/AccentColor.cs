using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Newsletters;

/// <summary>
/// The color of a newsletter's links and buttons. It is checked by the contrast formula of WCAG 2.2, against the darkest of our light
/// backgrounds and the lightest of our dark ones. A color for dark mode that is not given is the same hue, lightened until it passes.
/// </summary>
/// <param name="Light">The color on a light background, such as <c>#8b1a1a</c>.</param>
/// <param name="Dark">The color on a dark background.</param>
/// <param name="IsOwn">Whether the newsletter has chosen the color.</param>
public sealed partial record AccentColor(string Light, string Dark, bool IsOwn)
{
    /// <summary>The lowest contrast of text (WCAG 2.2, success criterion 1.4.3).</summary>
    public const double Enough = 4.5;

    /// <summary>The backgrounds of boxes in messages, which leave links less contrast than the backgrounds around them.</summary>
    private const string LightGround = "#f1efea", DarkGround = "#2a2927";

    // A color made for dark mode should be easy to read, and not just pass.
    private const double MadeForDark = 6;

    private const int Steps = 64;

    /// <summary>The color of a newsletter that has chosen none.</summary>
    public static AccentColor Usual { get; } = new("#8b1a1a", "#f2a497", IsOwn: false);

    /// <summary>Returns the colors of a newsletter whose settings have no fault.</summary>
    public static AccentColor Of(NewsletterFields newsletter)
    {
        if (newsletter.Color.Length == 0)
            return newsletter.DarkColor.Length == 0 ? Usual : Usual with { Dark = Normal(newsletter.DarkColor) };
        var light = Normal(newsletter.Color);
        return new(light, newsletter.DarkColor.Length > 0 ? Normal(newsletter.DarkColor) : Passing(light, DarkGround, MadeForDark), true);
    }

    /// <summary>Returns what is wrong with a color on a light background, or null if it is empty or good.</summary>
    public static string? FaultOnLight(string color) => FaultOf(color, LightGround, "a light background");

    /// <summary>Returns what is wrong with a color on a dark background, or null if it is empty or good.</summary>
    public static string? FaultOnDark(string color) => FaultOf(color, DarkGround, "a dark background");

    /// <summary>Returns the contrast of two colors by WCAG 2.2: from 1, for equal colors, to 21, for black and white.</summary>
    public static double Contrast(string one, string other)
    {
        var (first, second) = (LuminanceOf(one), LuminanceOf(other));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static string? FaultOf(string color, string ground, string where)
    {
        if (color.Length == 0)
            return null;
        if (!Hex().IsMatch(color))
            return $"is '{(color.Length > 20 ? color[..20] + "…" : color)}': use a hexadecimal color, e.g. #8b1a1a";
        var contrast = Contrast(Normal(color), ground);
        return contrast >= Enough ? null : string.Create(CultureInfo.InvariantCulture,
            $"has a contrast of {Math.Floor(contrast * 10) / 10:0.0}:1 on {where}, and links need {Enough}:1: ")
            + $"{Passing(Normal(color), ground, Enough)} would pass";
    }

    // Mixes a color with black or white until its contrast is enough.
    private static string Passing(string color, string ground, double enough)
    {
        var end = LuminanceOf(ground) > 0.5 ? 0 : 255;
        for (var step = 0; step < Steps; step++)
        {
            var mixed = "#" + string.Concat(PartsOf(color).Select(part =>
                ((int)Math.Round(part + (end - part) * (double)step / Steps)).ToString("x2", CultureInfo.InvariantCulture)));
            if (Contrast(mixed, ground) >= enough)
                return mixed;
        }
        return end == 0 ? "#000000" : "#ffffff";
    }

    // #abc is short for #aabbcc.
    private static string Normal(string color) => color.Length == 4
        ? string.Create(CultureInfo.InvariantCulture, $"#{color[1]}{color[1]}{color[2]}{color[2]}{color[3]}{color[3]}").ToLowerInvariant()
        : color.ToLowerInvariant();

    private static double LuminanceOf(string color)
    {
        var linear = PartsOf(color).Select(part => part / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    private static int[] PartsOf(string color) => [PartOf(color, 1), PartOf(color, 3), PartOf(color, 5)];

    private static int PartOf(string color, int at) =>
        int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("^#(?:[0-9a-f]{3}|[0-9a-f]{6})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hex();
}
