using System.Net;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SubscribeFormTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task The_answer_is_the_same_to_the_byte_whoever_the_address_belongs_to()
    {
        await Given.ConfirmedSubscriber("known@example.com");
        await Given.Suppression("complained@example.com", SuppressionReason.Complaint);
        var answers = new List<string>();
        foreach (var address in new[] { "new@example.com", "known@example.com", "complained@example.com", "new@example.com" })
        {
            var answer = await Reader.Subscribes(address);
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date")
                .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
            answers.Add($"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{await answer.Content.ReadAsStringAsync()}");
        }
        Assert.That(answers.Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers[0], Does.StartWith("200").And.Contain("Check your inbox"));
    }

    [TestCase("", "Enter your email address")]
    [TestCase("ana", "no @")]
    [TestCase("ana@", "nothing after")]
    [TestCase("ana novak@example.com", "space")]
    [TestCase("<script>alert(1)</script>@example.com", "angle brackets")]
    public async Task A_malformed_address_brings_the_form_back_with_the_fault_beside_its_field(string typed, string fault)
    {
        var answer = await Reader.Subscribes(typed, "Ana & Bob");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(page, Does.Match($"<p class=\"fault\" id=\"email-fault\" role=\"alert\">[^<]*{fault}"));
            Assert.That(page, Does.Contain("aria-describedby=\"email-fault\"").And.Contain("aria-invalid=\"true\""));
            Assert.That(page, Does.Contain("value=\"Ana &amp; Bob\""), "what was typed is kept");
            Assert.That(page, typed.Length > 0 ? Does.Contain($"value=\"{WebUtility.HtmlEncode(typed)}\"") : Is.Not.Empty);
            Assert.That(page, Does.Not.Contain("<script"));
        });
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
    }

    [TestCase("http://cheap-pills.example buy now")]
    [TestCase("WWW.cheap-pills.example")]
    public async Task A_name_that_is_an_advertisement_is_refused(string name)
    {
        var answer = await Reader.Subscribes("ana@example.com", name);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("id=\"name-fault\"").And.Contain("value=\"ana@example.com\""));
    }

    [Test]
    public async Task A_newsletter_that_does_not_exist_is_refused()
    {
        var answer = await Reader.Subscribes("ana@example.com", null, "nonesuch");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(),
            Does.Contain("There is no such newsletter").And.Contain("value=\"ana@example.com\""), "what was typed stays");
    }

    [Test]
    public async Task Whoever_ticks_no_newsletter_where_there_is_a_choice_is_asked_which()
    {
        await Given.Newsletter("weekly");
        var answer = await Reader.Subscribes("ana@example.com", "Ana");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(),
            Does.Match("id=\"newsletter-fault\" role=\"alert\">Choose at least one").And.Contain("value=\"ana@example.com\""));
        Assert.That((await Reader.Subscribes("ana@example.com", "Ana", "weekly")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        (await ApiCaller.WithNoToken(App).Post("/subscriptions", new { email = "bob@example.com" }))
            .Is(202); // without a newsletter, the API chooses the site's first
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EquivalentTo(new[] { "ana@example.com", "bob@example.com" }));
    }

    [Test]
    public async Task Spaces_around_the_address_are_forgiven_here()
    {
        Assert.That((await Reader.Subscribes("  ana@example.com ")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_form_of_ten_megabytes_gets_a_page_that_says_it_is_too_much(
        [Values("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")] string type)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes("email=" + new string('a', 10_000_000)));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await App.Http.PostAsync("/subscribe", content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>That’s too large</h1>").And.Not.Contain("Exception"));
    }

    [Test]
    public async Task Something_that_is_no_form_is_refused_in_words(
        [Values("multipart/form-data; boundary=x", "multipart/form-data", "application/json")] string type)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes("hello"));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await App.Http.PostAsync("/subscribe", content);
        Assert.That((int)answer.StatusCode, Is.InRange(400, 422));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>").And.Not.Contain("Exception"));
    }
}
