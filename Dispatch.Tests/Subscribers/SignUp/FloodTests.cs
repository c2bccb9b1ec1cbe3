using System.Net;
using Dispatch.Api.Pages.Shared;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Subscribers.SignUp;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class FloodTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Subscriptions:ProofOfWorkAbove", "10"), ("Subscriptions:PerNetworkPerHour", "40")];

    [Test]
    public async Task In_a_flood_the_form_asks_for_work_and_in_its_own_time_no_more()
    {
        await FloodAsync();
        var asked = await Reader.Subscribes(Ana, "Ana Novak", "china-in-eurasia");
        var page = await asked.Content.ReadAsStringAsync();
        Assert.Multiple(() =>
        {
            Assert.That(asked.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(page, Does.Contain("<h1>One more step</h1>").And.Contain("name=\"email\" value=\"ana@example.com\"").And.Contain(
                "name=\"name\" value=\"Ana Novak\"").And.Contain("name=\"newsletter\" value=\"china-in-eurasia\""));
            Assert.That(asked.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("; script-src 'self'"));
            Assert.That(asked.Headers.CacheControl!.NoStore, Is.True);
        });
        Assert.That((await App.Http.GetAsync("/subscribe")).Headers.GetValues("Content-Security-Policy").Single(),
            Does.Not.Contain("script-src"), "every other page stays as strict as it was");
        Assert.That(await MailsToAnaAsync(), Is.Zero);

        var taken = await AnswerAsync(Ana, ChallengeOn(page), Solve(ChallengeOn(page)));
        Assert.That(await taken.Content.ReadAsStringAsync(), Does.Contain("<h1>Check your inbox</h1>"));
        Assert.That(await MailsToAnaAsync(), Is.EqualTo(1));

        Clock.Advance(TimeSpan.FromMinutes(21));
        Assert.That(await (await Reader.Subscribes("bob@example.com")).Content.ReadAsStringAsync(),
            Does.Contain("<h1>Check your inbox</h1>"), "when it is over");
    }

    [Test]
    public async Task One_networks_robots_are_asked_for_work_and_nobody_else_is([Values("192.0.2.66", "2001:db8:6:6::1")] string network)
    {
        for (var number = 0; number < 105; number++)
            Assert.That((await FromAsync(network, $"victim{number}@example.com", (SignUpForm.Trap, "spam")))
                .Contains("<h1>One more step</h1>", StringComparison.Ordinal), Is.True);
        Assert.That(await FromAsync("198.51.100.7", Ana), Does.Contain("<h1>Check your inbox</h1>"));
        Assert.That(await FromAsync(network, "late@example.com"), Does.Contain("<h1>One more step</h1>"), "that network's own");
    }

    [Test]
    public async Task Many_networks_robots_make_a_flood()
    {
        for (var number = 0; number < 12; number++)
            await FromAsync($"192.0.2.{number}", $"victim{number}@example.com");
        Assert.That(await FromAsync("198.51.100.7", Ana), Does.Contain("<h1>One more step</h1>"));
    }

    [Test]
    public async Task In_a_frame_on_somebody_elses_page_the_further_step_stays_in_its_frame()
    {
        await FloodAsync();
        var asked = await App.Http.PostAsync("/subscribe?framed=1", new FormUrlEncodedContent([new("email", Ana)]));
        var page = await asked.Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("<body class=\"framed\">").And.Contain("action=\"/subscribe?framed=1\" target=\"_self\""));
        Assert.That(asked.Headers.GetValues("Content-Security-Policy").Single(),
            Does.Contain("frame-ancestors *").And.EndWith("; script-src 'self'"));
        var early = await App.Http.PostAsync("/subscribe?framed=1",
            new FormUrlEncodedContent([new("email", Ana), new("challenge", ChallengeOn(page))]));
        Assert.That(await early.Content.ReadAsStringAsync(), Does.Contain("a little early").And.Contain("action=\"/subscribe?framed=1\""));
    }

    [Test]
    public async Task Whoever_runs_no_script_waits_and_presses_once_more()
    {
        await FloodAsync();
        var challenge = ChallengeOn(await (await Reader.Subscribes(Ana)).Content.ReadAsStringAsync());
        Clock.Advance(TimeSpan.FromSeconds(5));
        var early = await (await AnswerAsync(Ana, challenge)).Content.ReadAsStringAsync();
        Assert.That(early, Does.Contain("a little early"));
        Assert.That(ChallengeOn(early), Is.EqualTo(challenge), "the time that went by counts");
        Assert.That(await MailsToAnaAsync(), Is.Zero);
        Clock.Advance(TimeSpan.FromSeconds(15));
        await AnswerAsync(Ana, challenge);
        Assert.That(await MailsToAnaAsync(), Is.EqualTo(1));
    }

    [TestCase("for another address")]
    [TestCase("made up")]
    [TestCase("run out")]
    [TestCase("not solved")]
    public async Task What_does_not_answer_the_challenge_gets_no_mail_sent(string how)
    {
        await FloodAsync();
        var challenge = ChallengeOn(
            await (await Reader.Subscribes(how == "for another address" ? "mallory@example.com" : Ana)).Content.ReadAsStringAsync());
        var proof = Solve(challenge);
        if (how == "run out")
        {
            Clock.Advance(TimeSpan.FromMinutes(31));
            await FloodAsync();
        }
        var answer = await AnswerAsync(Ana, how == "made up" ? new string('a', challenge.Length) : challenge, how == "not solved"
            ? $"{proof}0" : proof);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>One more step</h1>"));
        Assert.That(await MailsToAnaAsync(), Is.Zero);
    }

    [Test]
    public async Task A_program_gets_the_challenge_in_its_problem_and_may_answer_it()
    {
        await FloodAsync();
        var api = ApiCaller.WithNoToken(App);
        var refused = await api.Post("/subscriptions", new { email = Ana });
        Assert.That(refused.Why(429), Does.Contain("SHA-256"));
        Assert.That(refused["bits"].GetInt32(), Is.EqualTo(SignUpChallenges.Bits));
        var challenge = refused["challenge"].GetString()!;
        (await api.Post("/subscriptions", new { email = Ana, challenge })).Why(429);
        (await api.Post("/subscriptions", new { email = Ana, challenge, proof = Solve(challenge) })).Is(202);
        Assert.That(await MailsToAnaAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_flood_is_seen_by_every_process_and_after_a_restart()
    {
        await FloodAsync();
        await using var other = Provider is Provider.Postgres ? NewApp() : null; // SQLite allows only one process
        Assert.That(await (await (other ?? App).Http.PostAsync("/subscribe",
            new FormUrlEncodedContent([new("email", Ana)]))).Content.ReadAsStringAsync(), Does.Contain("<h1>One more step</h1>"));
        await RestartAsync();
        Assert.That(await (await Reader.Subscribes(Ana)).Content.ReadAsStringAsync(), Does.Contain("<h1>One more step</h1>"));
    }

    internal static string ChallengeOn(string page) => page.Split("name=\"challenge\" value=\"")[1].Split('"')[0];

    internal static string Solve(string challenge) =>
        Enumerable.Range(0, int.MaxValue).Select(number => $"{number}").First(number => SignUpChallenges.Solves(challenge, number));

    private async Task FloodAsync()
    {
        for (var number = 0; number < 12; number++)
            await Reader.Subscribes($"victim{number}@example.com");
    }

    private async Task<string> FromAsync(string network, string address, params (string Name, string Value)[] more)
    {
        using var form = new HttpRequestMessage(HttpMethod.Post, "/subscribe")
        {
            Content = new FormUrlEncodedContent([new("email", address),
                .. more.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]),
        };
        form.Headers.Add(DispatchApp.NetworkHeader, network);
        return await (await App.Http.SendAsync(form)).Content.ReadAsStringAsync();
    }

    private Task<HttpResponseMessage> AnswerAsync(string address, string challenge, string proof = "") =>
        App.Http.PostAsync("/subscribe",
            new FormUrlEncodedContent([new("email", address), new("challenge", challenge), new("proof", proof)]));

    private async Task<int> MailsToAnaAsync()
    {
        await App.RunUntilIdle();
        return Smtp.MailFor(Ana).Count;
    }
}
