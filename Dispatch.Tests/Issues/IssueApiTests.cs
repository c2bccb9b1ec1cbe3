using System.Net;
using System.Net.Http.Json;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IssueApiTests(Provider provider) : DispatchTest(provider)
{
    private const string Settings = "/newsletters/china-in-eurasia";
    private const string Issues = $"{Settings}/issues";

    [Test]
    public async Task An_issue_is_begun_read_saved_and_thrown_away()
    {
        var api = await ApiCaller.With(App, "correspondent");
        var begun = (await api.Post(Issues,
            new { subject = "A road", preheader = "Nobody asked", byline = "By Ana", body = "It is *long*." })).Is(201);
        var path = begun.Location!.Split("/api/v1")[1];
        Assert.That((begun.ETag, begun["state"].GetString(), begun["slug"].GetString(), begun["revision"].GetInt32()),
            Is.EqualTo(("\"1\"", "draft", "a-road", 1)));

        var saved = (await api.Put(path, new { subject = "A long road", body = "It is long." }, "\"1\"")).Is(200);
        Assert.That((saved.ETag, saved["slug"].GetString(), saved["byline"].GetString()), Is.EqualTo(("\"2\"", "a-road", "")));
        Assert.That((await api.Get(path)).Is(200)["body"].GetString(), Is.EqualTo("It is long."));

        (await api.Delete(path)).Is(204);
        (await api.Get(path)).Why(404);
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Target.StartsWith("issue:")).Select(entry => entry.Actor)
            .Distinct().SingleAsync(), Does.StartWith("token:"));
    }

    [Test]
    public async Task A_body_that_is_empty_or_null_is_the_callers_fault([Values("", "null")] string body, [Values] bool signedIn)
    {
        var issue = await Given.Draft();
        foreach (var (method, path, role) in new[]
        {
            (HttpMethod.Post, Issues, "editor"), (HttpMethod.Put, $"/issues/{issue}", "editor"),
                (HttpMethod.Post, $"/issues/{issue}/schedule", "editor"),
            (HttpMethod.Post, $"/issues/{issue}/test", "editor"), (HttpMethod.Post, "/suppressions", "ops"),
        })
            (await (signedIn ? await ApiCaller.With(App, role) : ApiCaller.WithNoToken(App))
                .Send(method, path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).Is(signedIn ? 400 : 401);
    }

    [Test]
    public async Task A_body_that_is_not_JSON_is_refused_with_a_reason()
    {
        var answer = await (await ApiCaller.With(App)).Send(HttpMethod.Post, Issues,
            new StringContent("""{"subject": "x""", System.Text.Encoding.UTF8, "application/json"));
        Assert.That(answer.Why(400), Does.Contain("not valid JSON"));
    }

    [TestCase("utf-9", 415), TestCase("utf-7", 415), TestCase("\"x\"", 415)]
    [TestCase("utf-8", 201), TestCase("\"UTF-8\"", 201), TestCase("iso-8859-1", 201)]
    public async Task JSON_in_an_unknown_charset_is_refused_with_what_to_do(string charset, int status)
    {
        var api = await ApiCaller.With(App);
        using var content = new ByteArrayContent("""{"subject": "S"}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");
        var answer = (await api.Send(HttpMethod.Post, Issues, content)).Is(status);
        if (status == 415)
            Assert.That(answer.Why(status), Does.Contain("UTF-8"));
    }

    [Test]
    public async Task Of_those_who_save_at_the_same_moment_one_is_first_and_the_others_hear_of_it()
    {
        var api = await ApiCaller.With(App);
        for (var round = 0; round < 5; round++)
        {
            var path = $"/issues/{await Given.Draft(body: "First.")}";
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(
                one => api.Put(path, new { subject = "S", body = $"By {one}." }, "\"1\"")));
            Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 412, 412, 412 }));
            answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(one => api.Put(path, new { subject = "S", body = $"By {one}." })));
            Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200), "without a revision, the last one stays");
            answers = await Task.WhenAll(
                api.Put(path, new { subject = "S", body = "Late." }), api.Send(HttpMethod.Delete, path, null));
            Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 204, 404, 412));
        }
    }

    [Test]
    public async Task A_stale_save_gets_412_and_changes_nothing()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft(body: "First.")}";
        (await api.Put(path, new { subject = "S", body = "Second." }, "\"1\"")).Is(200);

        foreach (var stale in new[] { "\"1\"", "W/\"2\"", "\"none of ours\"" })
        {
            var answer = await api.Put(path, new { subject = "S", body = "Third." }, stale);
            Assert.That(answer.Why(412), Does.Contain("revision 2"));
            Assert.That(answer.ETag, Is.EqualTo("\"2\""));
        }
        (await api.Put(path, new { subject = "S", body = "Third.", revision = 1 })).Why(412);
        (await api.Send(HttpMethod.Delete, path, null, ("If-Match", "\"1\""))).Why(412);
        Assert.That((await api.Get(path))["body"].GetString(), Is.EqualTo("Second."));

        (await api.Put(path, new { subject = "S", body = "Third.", revision = 2 })).Is(200);
        (await api.Put(path, new { subject = "S", body = "Fourth." }, "*")).Is(200);
        (await api.Put(path, new { subject = "S", body = "Fifth." }, "\"4\"")).Is(200);
    }

    [Test]
    public async Task Of_many_that_ask_for_one_name_at_the_same_moment_one_gets_it_and_the_others_hear_why()
    {
        var api = await ApiCaller.With(App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.Post(Issues, new { subject = "A road", slug = "a-road" })));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 422, 422, 422, 422, 422, 422, 422 }));
        Assert.That(answers.Where(answer => answer.Status == 422).Select(answer => answer.WrongFields().Single()), Is.All.EqualTo("slug"));
    }

    [Test]
    public async Task What_is_wrong_is_said_by_field()
    {
        var api = await ApiCaller.With(App);
        var issue = $"/issues/{await Given.Draft()}";
        Assert.That((await api.Post(Issues, new { body = "No subject." })).WrongFields(), Is.EqualTo(new[] { "subject" }));
        Assert.That((await api.Post(Issues, new { subject = "Two\r\nlines" })).WrongFields(), Is.EqualTo(new[] { "subject" }));
        Assert.That((await api.Post(Issues, new { subject = "S", slug = "Not a slug" })).WrongFields(), Is.EqualTo(new[] { "slug" }));
        Assert.That((await api.Put(issue, new { subject = "S" })).WrongFields(), Is.EqualTo(new[] { "body" }),
            "a forgotten body must not empty the issue");
        Assert.That((await api.Get($"{Issues}?state=nonesuch")).WrongFields(), Is.EqualTo(new[] { "state" }));
        Assert.That((await api.Get($"{Issues}?limit=201")).WrongFields(), Is.EqualTo(new[] { "limit" }));
        Assert.That((await api.Get($"{Issues}?after=x")).WrongFields(), Is.EqualTo(new[] { "after" }));
        (await api.Post(Issues, new { subject = "S", slug = "taken" })).Is(201);
        Assert.That((await api.Post(Issues, new { subject = "S", slug = "taken" })).WrongFields(), Is.EqualTo(new[] { "slug" }));
        (await api.Send(HttpMethod.Post, Issues, new StringContent("{\"subject\":", null, "application/json"))).Why(400);
        (await api.Post("/newsletters/nonesuch/issues", new { subject = "S" })).Why(404);
    }

    [Test]
    public async Task The_list_is_paged_newest_first_and_filtered_by_state()
    {
        var api = await ApiCaller.With(App);
        var issues = new List<int>();
        for (var number = 0; number < 5; number++)
            issues.Add(await Given.Draft());
        (await api.Post($"/issues/{issues[2]}/approve")).Is(200);

        var found = new List<int>();
        for (string? after = ""; after is not null;)
        {
            var page = (await api.Get($"{Issues}?limit=2&after={after}")).Is(200);
            found.AddRange(page.Items.Select(item => item.GetProperty("id").GetInt32()));
            after = page["next"].GetString();
        }
        Assert.That(found, Is.EqualTo(issues.AsEnumerable().Reverse()));
        Assert.That((await api.Get($"{Issues}?state=approved")).Items.Single().GetProperty("id").GetInt32(), Is.EqualTo(issues[2]));
    }

    [TestCase(null, HttpStatusCode.Unauthorized)]
    [TestCase("ops", HttpStatusCode.Forbidden)]
    [TestCase("correspondent", HttpStatusCode.Created)]
    [TestCase("editor", HttpStatusCode.Created)]
    public async Task Only_those_who_write_may_begin_an_issue(string? role, HttpStatusCode expected)
    {
        var api = role is null ? ApiCaller.WithNoToken(App) : await ApiCaller.With(App, role);
        var answer = (await api.Post(Issues, new { subject = "S" })).Is((int)expected);
        if (expected is not HttpStatusCode.Created)
            answer.Why((int)expected);
        if (role is not null)
            (await api.Get(Issues)).Is(200);
    }

    [TestCase("*", 412), TestCase("\"1\"", 412), TestCase("W/\"1\"", 412), TestCase("\"2\"", 200)]
    public async Task A_save_that_is_to_replace_nothing_replaces_nothing(string tags, int status)
    {
        var api = await ApiCaller.With(App);
        foreach (var (path, body) in new (string Path, object Body)[]
            {
                ($"/issues/{await Given.Draft()}", new { subject = "S", body = "B" }), (Settings, new { description = "Rewritten." }),
            })
        {
            var tag = (await api.Get(path)).Is(200).ETag!;
            var answer = await api.Send(HttpMethod.Put, path, JsonContent.Create(body),
                ("If-None-Match", tags.Replace("\"1\"", tag, StringComparison.Ordinal)));
            Assert.That(answer.Status, Is.EqualTo(status), path);
        }
    }

    [TestCase("\"1\", \"5\"", 200, TestName = "The one there is, and a newer one")]
    [TestCase("\"0\", \"1\"", 200, TestName = "The one there is, and an older one")]
    [TestCase("\"x\", \"1\"", 200, TestName = "The one there is, and one of something else")]
    [TestCase("W/\"1\", \"2\"", 412, TestName = "The one there is, but weak")]
    [TestCase("\"2\", \"3\"", 412, TestName = "None that there is")]
    public async Task Of_several_tags_any_may_be_the_one(string tags, int status)
    {
        var api = await ApiCaller.With(App);
        (await api.Put($"/issues/{await Given.Draft()}", new { subject = "A road", body = "A road." }, tags)).Is(status);
        Assert.That((await api.Send(HttpMethod.Delete, $"/issues/{await Given.Draft()}", null, ("If-Match", tags))).Status,
            Is.EqualTo(status == 200 ? 204 : 412));
    }
}
