using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

public class LocalDateTests
{
    private static readonly DateTimeOffset Thursday = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    [TestCase("en-US", "Thursday, November 26, 2026")]
    [TestCase("ru", "четверг, 26 ноября 2026 г.")]
    [TestCase("fa", "پنجشنبه ۵ آذر ۱۴۰۵", Description = ".NET puts the year first")]
    [TestCase("fa-IR", "پنجشنبه ۵ آذر ۱۴۰۵")]
    [TestCase("ps", "پينځنۍ د ۱۴۰۵ د لیندۍ ۵", Description = ".NET names the era in Latin letters")]
    public void A_date_is_written_in_the_order_and_the_digits_of_its_language(string locale, string expected) =>
        Assert.That(In(locale).DateOf(Thursday).Replace('\u00A0', ' ').Replace('\u202F', ' '), Is.EqualTo(expected));

    [TestCase("ar-SA"), TestCase("ar"), TestCase("ar-EG")]
    public void Arabic_issues_count_by_the_sun_as_all_pages_do(string locale) =>
        Assert.That(In(locale).DateOf(Thursday), Does.Contain("2026").And.Contain("نوفمبر"));

    private static Newsletter In(string locale) => new() { Slug = "sample", Locale = locale, TimeZone = "Europe/Prague" };
}
