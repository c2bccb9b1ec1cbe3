using System.Diagnostics;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Tests.Newsletters;

/// <summary>The limits of a newsletter's fields, which are the same on the desk and in the configuration.</summary>
[TestFixture]
public class NewsletterLimitsTests
{
    [TestCase("Name", 200), TestCase("Description", 1000), TestCase("PostalAddress", 500), TestCase("Schedule", 200),
        TestCase("TimeZone", 100), TestCase("Locale", 35)]
    public void A_field_that_is_too_long_is_named_with_its_limit(string field, int most)
    {
        var settings = new NewsletterSettings();
        typeof(NewsletterSettings).GetProperty(field)!.SetValue(settings, new string('x', most + 1));
        Assert.That(settings.Faults(0),
            Has.Some.EqualTo($"Newsletters:0:{field} has {most + 1:N0} characters: at most {most:N0} are allowed"));
        Assert.That(string.Concat(settings.Faults(0)), Has.Length.LessThan(1000), "it is not repeated whole");
    }

    [TestCase("Žofie <žofie@example.org>", "Newsletters:0:From has letters other than a to z before its @")]
    [TestCase("Letters <пост@пример.рф>", "Newsletters:0:From has letters other than a to z before its @")]
    public void A_sender_to_whom_few_servers_could_answer_is_refused(string from, string why)
    {
        Assert.That(new NewsletterSettings { From = from }.Faults(0), Has.Some.StartsWith(why));
        Assert.That(new NewsletterSettings { ReplyTo = from }.Faults(0),
            Has.Some.StartsWith(why.Replace("From", "ReplyTo", StringComparison.Ordinal)));
    }

    [TestCase("Nachrichten <post@nächrichten.example>"), TestCase("post@xn--nchrichten-q5a.example"), TestCase("Žofie <zofie@example.org>")]
    public void A_sender_at_a_domain_of_any_script_is_taken(string from) =>
        Assert.That(new NewsletterSettings { From = from, ReplyTo = from }.Faults(0), Is.Empty);

    [Test]
    public void A_postal_address_has_ten_lines_at_most()
    {
        Assert.That(new NewsletterSettings { PostalAddress = string.Join('\n', Enumerable.Repeat("x", 11)) }.Faults(0),
            Is.EqualTo(new[] { "Newsletters:0:PostalAddress has more than 10 lines" }));
        Assert.That(new NewsletterSettings { PostalAddress = string.Join('\n', Enumerable.Repeat("x", 10)) }.Faults(0), Is.Empty);
    }

    [Test]
    public void A_character_that_no_text_can_hold_is_refused()
    {
        var (high, low) = ((char)0xD83D, (char)0xDE00); // no [TestCase], because its arguments can't contain half a surrogate pair
        foreach (var text in new[] { "a\0b", "\0", $"a{high}", $"{low}a", $"{low}{high}", $"{high}{high}{low}", $"{high}{low}\0" })
            Assert.That(new NewsletterSettings { Description = text }.Faults(0), Has.Exactly(1)
                .StartsWith("Newsletters:0:Description contains a character"));
        Assert.That(new NewsletterSettings { Description = $"{high}{low} and {high}{low}" }.Faults(0), Is.Empty);
    }

    [TestCase("0 9 31 2 *"), TestCase("0 9 30 2 MON"), TestCase("0 9 31 4,6,9,11 *")]
    public void A_rule_that_never_comes_true_is_refused(string rule)
    {
        var watch = Stopwatch.StartNew();
        Assert.That(new NewsletterSettings { Schedule = rule }.Faults(2).Single(),
            Is.EqualTo(
                $"Newsletters:2:Schedule is '{rule}': there is no such day, so it never fires; e.g. 0 9 L 2 * is 9:00 on the last "
                    + "day of February"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [TestCase("@every_second"), TestCase("@every_minute"), TestCase("* * * * *"), TestCase("*/30 9 * * *"),
        TestCase("0,59 9 1 1 *"), TestCase("0-1 0 29 2 *")]
    public void A_rule_that_comes_more_often_than_hourly_is_refused(string rule) =>
        Assert.That(new NewsletterSettings { Schedule = rule }.Faults(0).Single(), Does.Contain("slots are at least an hour apart"));

    [TestCase("0 9 1-7,15-21 * WED"), TestCase("@hourly"), TestCase("0 * * * *"), TestCase("59 8,9 * * *"),
        TestCase("0 9 29 2 *"), TestCase("0 9 29 2 MON"), TestCase("0 9 L * *"), TestCase("0 0 1 1 *")]
    public void An_ordinary_rule_is_taken(string rule) => Assert.That(new NewsletterSettings { Schedule = rule }.Faults(0), Is.Empty);
}

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StorableTextTests(Provider provider) : DispatchTest(provider)
{
    [TestCase("subject"), TestCase("preheader"), TestCase("byline"), TestCase("body"), TestCase("slug")]
    public async Task A_NUL_in_an_issue_is_422_and_names_the_field(string field)
    {
        var api = await ApiCaller.With(App);
        var issue = new Dictionary<string, string> { ["subject"] = "A road", ["body"] = "Text.", [field] = "with\0in" };
        Assert.That((await api.Post("/newsletters/china-in-eurasia/issues", issue)).WrongFields(), Is.EqualTo(new[] { field }));
        Assert.That((await api.Put($"/issues/{await Given.Draft()}", issue)).WrongFields(), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task A_NUL_in_any_other_request_is_422_too()
    {
        var api = await ApiCaller.With(App);
        var issue = await Given.Draft();
        Assert.That((await api.Post($"/issues/{issue}/schedule", new { slot = "next\0" })).WrongFields(), Is.EqualTo(new[] { "slot" }));
        Assert.That((await api.Post($"/issues/{issue}/test", new { to = new[] { "a\0@news.test" } })).WrongFields(),
            Is.EqualTo(new[] { "to" }));
        Assert.That((await api.Get("/newsletters/china-in-eurasia/issues?state=%00")).WrongFields(), Is.EqualTo(new[] { "state" }));
        Assert.That((await (await ApiCaller.With(App, "ops")).Post("/readers/search", new { email = "\0@x.test" })).WrongFields(),
            Is.EqualTo(new[] { "email" }));
        Assert.That((await ApiCaller.WithNoToken(App).Post("/subscriptions", new { email = "ana@readers.test", name = "A\0na" }))
            .WrongFields(), Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task A_NUL_on_the_desk_is_told_beside_its_field()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{await Given.Draft()}");
        await desk.SubmitAsync("#editor", new() { ["Byline"] = "A\0na", ["Body"] = "Typed." }, "Save");
        Assert.That((desk.Status, desk.ValueOf("Body")), Is.EqualTo((422, "Typed.")));
        Assert.That(desk.FaultOf("Byline"), Does.Contain("a character that can't be stored"));
        await desk.OpenAsync("/desk/newsletters/china-in-eurasia");
        await desk.SubmitAsync("#newsletter", new() { ["Description"] = "x\0y" });
        Assert.That(desk.FaultOf("Description"), Does.Contain("a character that can't be stored"));
        Assert.That((int)(await desk.GetAsync("/desk/issues/new?newsletter=%00")).StatusCode, Is.EqualTo(422));
    }

    [Test]
    public async Task An_over_long_field_is_told_on_the_desk()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk/newsletters/china-in-eurasia");
        await desk.SubmitAsync("#newsletter",
            new() { ["PostalAddress"] = string.Join('\n', Enumerable.Repeat("Square 1", 2500)), ["Schedule"] = "0 9 31 2 *" });
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("PostalAddress"), Does.Contain("PostalAddress has 22,499 characters: at most 500 are allowed."));
        Assert.That(desk.FaultOf("Schedule"), Does.Contain("it never fires"));
    }
}
