using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class TestApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_test_goes_to_whoever_is_named_and_each_gets_an_answer_in_its_place()
    {
        Smtp.Answers("550 5.1.1 <bo@news.test>: no such user", recipient: "bo@news.test");
        var api = await ApiCaller.With(App);
        var answer = (await api.Post($"/issues/{await Given.Draft()}/test", new { to = new[] { "ana@news.test", "bo@news.test" } }))
            .Is(200);
        Assert.That(answer["answers"].EnumerateArray()
            .Select(one => (one.GetProperty("accepted").GetBoolean(), one.GetProperty("kind").GetString())),
            Is.EqualTo(new[] { (true, "accepted"), (false, "permanent") }));
        Assert.That(answer.Text, Does.Contain("5.1.1").And.Not.Contain("news.test"), "an answer is kept for its key, and no address is");
        Assert.That(Smtp.MailFor("ana@news.test").Single().Subject, Is.EqualTo("[Test] From the steppe"));
    }

    [Test]
    public async Task Under_one_key_it_goes_out_once()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft()}/test";
        foreach (var again in new[] { false, true })
            Assert.That((await api.Post(path, new { to = new[] { "ana@news.test" } }, "one-test")).Is(200).IsReplay, Is.EqualTo(again));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "issue.tested"), Is.EqualTo(1));
    }

    [TestCase("{}", "Send it to 1 to 10 addresses; the request has 0.")]
    [TestCase("""{"to":[]}""", "Send it to 1 to 10 addresses; the request has 0.")]
    [TestCase("""{"to":["a@x.test","b@x.test","c@x.test","d@x.test","e@x.test","f@x.test","g@x.test","h@x.test","i@x.test","""
        + "\"j@x.test\",\"k@x.test\"]}", "has 11.")]
    [TestCase("""{"to":["ana@news.test","nobody at all"]}""", "Address 2: There is a space")]
    [TestCase("""{"to":[null]}""", "Address 1: ")]
    [TestCase("""{"to":["ana@news.test","ana@NEWS.test"]}""", "Address 2 is a duplicate.")]
    public async Task What_is_wrong_with_the_addresses_is_said_by_field_and_repeats_none(string body, string fault)
    {
        var api = await ApiCaller.With(App);
        var answer = await api.Send(HttpMethod.Post, $"/issues/{await Given.Draft()}/test",
            new StringContent(body, null, "application/json"));
        Assert.That(answer.WrongFields(), Is.EqualTo(new[] { "to" }));
        Assert.That(answer.Text, Does.Contain(fault).And.Not.Contain("news.test").And.Not.Contain("nobody at all"));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task It_is_for_those_who_write_and_for_issues_that_there_are()
    {
        var to = new { to = new[] { "ana@news.test" } };
        (await (await ApiCaller.With(App, "ops")).Post($"/issues/{await Given.Draft()}/test", to)).Why(403);
        (await (await ApiCaller.With(App)).Post("/issues/4711/test", to)).Why(404);
    }
}
