using Dispatch.Tests.Support;

namespace Dispatch.Tests.Transfer.Import;

/// <summary>What an import brought can stand in an issue, with words for readers of whom it isn't known.</summary>
[TestFixture(Provider.Sqlite)]
public class FieldPlaceholderTests(Provider provider) : ImportTest(provider)
{
    private const string Body = "Dear reader in {{ reader.city | \"your *city*\" }}, this is long enough to be wrapped in here.\n\n"
        + "| a | b |\n|---|---|\n| {{reader.phone_number|\"none\"}} | x |\n";

    [Test]
    public async Task Each_reader_gets_their_own_value_escaped_and_others_the_default()
    {
        await Imports("email,city,Phone Number,status,confirmed_at\nana@readers.test,\"<b>Brno</b> & {{ reader.email }}\",'+420,confirmed,"
            + "2024-01-01\nben@readers.test,,,confirmed,2024-01-01\n");
        await Given.IssueDueNow(body: Body);
        await App.RunUntilIdle();
        var (ana, ben) = (Smtp.MailFor("ana@readers.test").Single(), Smtp.MailFor("ben@readers.test").Single());
        Assert.That(ana.Html, Does.Contain("Dear reader in &lt;b&gt;Brno&lt;/b&gt; &amp; {{ reader.email }},").And.Contain("+420"));
        Assert.That(ana.Text, Does.Contain("<b>Brno</b> & {{ reader.email }}"));
        Assert.That(ben.Html, Does.Contain("Dear reader in your *city*,").And.Contain("none"));
        Assert.That(ben.Text, Does.Contain("in your *city*,"));
        foreach (var mail in new[] { ana, ben })
            Assert.That(mail.Text + mail.Html, Does.Not.Contain("\uF8F0").And.Not.Contain("reader.city"));
    }

    [Test]
    public async Task The_archive_and_a_preview_show_the_default()
    {
        var issue = await Given.IssueDueNow(body: Body);
        await App.RunUntilIdle();
        var page = await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{(await App.Issue(issue)).Slug}");
        Assert.That(page, Does.Contain("Dear reader in your *city*,").And.Not.Contain("reader.city"));
        var draft = await Given.Draft(body: Body);
        var preview = (await (await ApiCaller.With(App)).Get($"/issues/{draft}/preview.html")).Is(200);
        Assert.That(preview.Text, Does.Contain("Dear reader in your *city*,"));
    }

    [TestCase("Dear {{ reader.city }},", "warning"), TestCase("Dear {{ reader.city | upper }},", "warning")]
    [TestCase("Dear {{ .Subscriber.FirstName }},", "warning"), TestCase("Dear {{ reader.city | \"x\" | \"y\" }},", "warning")]
    [TestCase("[here](https://example.org/?c={{reader.city|\"x\"}})", "error"), TestCase("Dear *|FNAME|*,", "warning")]
    public async Task Nothing_else_of_that_form_goes_out_unnoticed(string body, string severity)
    {
        var draft = await Given.Draft(body: body);
        var faults = (await (await ApiCaller.With(App)).Get($"/issues/{draft}/preflight")).Is(200).Json.EnumerateArray()
            .Where(fault => fault.GetProperty("severity").GetString() == severity).ToList();
        Assert.That(faults.Select(fault => fault.GetProperty("rule").GetString()),
            Has.Some.EqualTo("placeholder").Or.Some.Contains("link"));
    }

    [Test]
    public async Task A_whole_placeholder_is_no_fault()
    {
        var draft = await Given.Draft(body: Body);
        var faults = (await (await ApiCaller.With(App)).Get($"/issues/{draft}/preflight")).Is(200);
        Assert.That(faults.Text, Does.Not.Contain("\"placeholder\"").And.Not.Contain("table-unread"));
    }
}
