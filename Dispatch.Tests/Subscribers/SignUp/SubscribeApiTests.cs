using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dispatch.Tests.Support;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SubscribeApiTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:PerNetworkPerHour", "4")];

    [Test]
    public async Task A_well_formed_address_is_taken_known_or_not()
    {
        await Given.ConfirmedSubscriber("known@example.com");
        foreach (var address in new[] { "new@example.com", "known@example.com" })
        {
            var answer = await PostAsync($$"""{"email":"{{address}}","name":"Ana","newsletters":["china-in-eurasia"],"language":"en"}""");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        }
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("new@example.com").Single().Links.Select(link => link.AbsolutePath), Has.Some.StartsWith("/confirm/"));
        Assert.That(Smtp.MailFor("known@example.com").Single().Links.Select(link => link.AbsolutePath),
            Has.None.StartsWith("/confirm/"), "is told of the subscription, and asked nothing");
    }

    [TestCase("""{"email":"ana"}""", "email")]
    [TestCase("""{}""", "email")]
    [TestCase("""{"email":null}""", "email")]
    [TestCase("""{"email":" ana@example.com"}""", "email")]
    [TestCase("""{"email":"ana@example.com","newsletters":["nonesuch"]}""", "newsletters")]
    [TestCase("""{"email":"ana@example.com","language":"English, please"}""", "language")]
    [TestCase("""{"email":"ana@example.com","name":"Ana\nBcc: all@example.com"}""", "name")]
    public async Task What_is_wrong_is_said_by_field(string body, string field)
    {
        var answer = await PostAsync(body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(problem.GetProperty("errors").EnumerateObject().Single().Name, Is.EqualTo(field));
    }

    [TestCase("{\"email\":"), TestCase(""), TestCase("null"), TestCase(" "), TestCase("[]"), TestCase("\"ana@example.com\"")]
    public async Task A_body_that_is_no_JSON_object_is_a_problem_and_no_page(string body)
    {
        var answer = await PostAsync(body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task One_network_signs_up_so_many_an_hour_by_form_and_API_together()
    {
        await Reader.Subscribes("reader1@example.com"); // counts twice, because the form's stamp is missing
        await PostAsync("""{"email":"not an address"}"""); // does not count
        await Reader.Subscribes("not an address");
        await PostAsync("""{"email":"reader2@example.com"}""");
        Assert.That((await PostAsync("""{"email":"reader3@example.com"}""")).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));

        Clock.Advance(TimeSpan.FromMinutes(20));
        var byApi = await PostAsync("""{"email":"reader4@example.com"}""");
        var byForm = await Reader.Subscribes("reader4@example.com");
        Assert.Multiple(async () =>
        {
            Assert.That((byApi.StatusCode, byForm.StatusCode),
                Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests)));
            Assert.That(byApi.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromMinutes(40)));
            Assert.That(byForm.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromMinutes(40)));
            Assert.That(byApi.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(await byForm.Content.ReadAsStringAsync(), Does.Contain("<h1>Too many sign-ups from your network</h1>"));
        });
        Clock.Advance(TimeSpan.FromMinutes(40));
        Assert.That((await PostAsync("""{"email":"reader4@example.com"}""")).StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        App.Http.PostAsync("/api/v1/subscriptions", new StringContent(body, Encoding.UTF8, "application/json"));
}
