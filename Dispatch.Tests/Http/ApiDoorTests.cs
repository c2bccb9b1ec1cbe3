using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Http;

/// <summary>Requests that the API answers before it reaches an endpoint.</summary>
[TestFixture(Provider.Sqlite)]
public class ApiDoorTests(Provider provider) : DispatchTest(provider)
{
    [TestCase("POST", "/issues/1/photos", "text/plain")]
    [TestCase("POST", "/suppressions", "application/xml")]
    [TestCase("POST", "/newsletters/china-in-eurasia/issues", "multipart/form-data; boundary=x")]
    [TestCase("PATCH", "/issues/1", "application/json")]
    public async Task Without_a_token_it_is_401_whatever_else_is_wrong(string method, string path, string type)
    {
        HttpContent Body()
        {
            var body = new StringContent("{}", Encoding.UTF8);
            body.Headers.Remove("Content-Type");
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            return body;
        }
        Assert.That((await ApiCaller.WithNoToken(App).Send(new HttpMethod(method), path, Body())).Why(401), Does.Contain("needs a token"));
        var ops = await ApiCaller.With(App, StaffRoles.Ops);
        Assert.That((await ops.Send(new HttpMethod(method), path, Body())).Status, Is.AnyOf(400, 403, 405, 415));
    }

    [Test]
    public async Task A_sign_up_needs_no_token_to_be_told_what_is_wrong_with_it() =>
        Assert.That((await ApiCaller.WithNoToken(App).Send(HttpMethod.Post, "/subscriptions", new StringContent("x"))).Status,
            Is.EqualTo(415));

    [Test]
    public async Task No_cache_keeps_an_answer()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var client = App.NewClient();
        foreach (var path in new[] { "/api/v1/newsletters", "/api/v1/audit", "/api/v1/nonesuch" })
            Assert.That((await client.GetAsync(path)).Headers.CacheControl!.NoStore, path);
        var api = await ApiCaller.With(App, StaffRoles.Ops);
        Assert.That((await api.Post("/readers/search", new { email = "ana@readers.test" })).IsStored, Is.False);
    }

    [Test]
    public async Task The_dashboards_figures_are_asked_for_by_POST_and_nothing_fails()
    {
        foreach (var role in new[] { StaffRoles.Correspondent, StaffRoles.Ops })
        {
            var answer = await (await SignedIn.As(App, role)).GetAsync("/ops/jobs/stats");
            Assert.That(((int)answer.StatusCode, string.Join(",", answer.Content.Headers.Allow)), Is.EqualTo((405, "POST")), role);
        }
        Assert.That((int)(await App.Http.GetAsync("/ops/jobs/stats")).StatusCode, Is.EqualTo(302), "a stranger signs in first");
    }
}
