using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

public class AccentColorTests
{
    [TestCase("#000000", "#ffffff", 21)]
    [TestCase("#777777", "#ffffff", 4.48)]
    [TestCase("#8b1a1a", "#8b1a1a", 1)]
    public void Contrast_is_that_of_WCAG(string one, string other, double contrast) =>
        Assert.That(AccentColor.Contrast(one, other), Is.EqualTo(contrast).Within(0.01));

    [TestCase("")]
    [TestCase("#8b1a1a")]
    [TestCase("#06c")]
    [TestCase("#005A9C")]
    public void A_color_that_can_be_read_is_good(string color) => Assert.That(AccentColor.FaultOnLight(color), Is.Null);

    [Test]
    public void A_pale_color_is_refused_with_its_contrast_and_one_that_passes()
    {
        var fault = AccentColor.FaultOnLight("#ff9900")!;
        Assert.That(fault,
            Does.Match("^has a contrast of 1\\.[89]:1 on a light background, and links need 4\\.5:1: #[0-9a-f]{6} would pass$"));
        Assert.That(AccentColor.FaultOnLight(fault[^18..^11]), Is.Null, "the offered color passes");
    }

    [Test]
    public void So_is_a_dark_one_in_dark_mode()
    {
        var fault = AccentColor.FaultOnDark("#005a9c")!;
        Assert.That(fault,
            Does.Match("^has a contrast of 2\\.[0-9]:1 on a dark background"));
        Assert.That(AccentColor.FaultOnDark(fault[^18..^11]), Is.Null);
    }

    [TestCase("red"), TestCase("#12345"), TestCase("#8b1a1a;background:url(x)"), TestCase("8b1a1a")]
    public void What_is_no_color_is_refused(string color) =>
        Assert.That(AccentColor.FaultOnLight(color), Does.EndWith("use a hexadecimal color, e.g. #8b1a1a"));

    [TestCase("#06c"), TestCase("#000000"), TestCase("#8b1a1a"), TestCase("#0a5c36")]
    public void A_color_is_lightened_for_dark_mode_until_it_can_be_read(string color)
    {
        var accent = AccentColor.Of(new NewsletterSettings { Color = color });
        Assert.That(AccentColor.FaultOnDark(accent.Dark), Is.Null);
        Assert.That(accent.IsOwn);
    }

    [Test]
    public void A_newsletter_without_a_color_has_the_usual_one() =>
        Assert.That(AccentColor.Of(new NewsletterSettings()), Is.EqualTo(AccentColor.Usual));

    [Test]
    public void The_usual_colors_pass_themselves() => Assert.That(
        (AccentColor.FaultOnLight(AccentColor.Usual.Light), AccentColor.FaultOnDark(AccentColor.Usual.Dark)),
        Is.EqualTo(((string?)null, (string?)null)));
}
