using System.Net;
using Dispatch.Api.Pages.Shared;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RobotsTests(Provider provider) : DispatchTest(provider)
{
    private const string Network = "192.0.2.7";
    private const string Ana = "ana@example.com";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Subscriptions:MinimumTime", "00:00:02"), ("Subscriptions:PerNetworkPerHour", "6")];

    [Test]
    public async Task A_form_with_the_hidden_field_filled_in_is_asked_for_one_more_step_since_a_browser_may_have_done_it()
    {
        var stamp = await StampAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        var page = await (await SendAsync(Ana, stamp, (SignUpForm.Trap, "http://spam.example"))).Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("<h1>One more step</h1>").And.Not.Contain("A great many sign-ups"));
        Assert.That(await MailsAsync(), Is.Zero);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
        await SendAsync(Ana, stamp, ("challenge", FloodTests.ChallengeOn(page)), ("proof", FloodTests.Solve(FloodTests.ChallengeOn(page))));
        Assert.That(await MailsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_form_filled_in_by_a_password_manager_within_a_second_is_not_dropped()
    {
        var stamp = await StampAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        var page = await (await SendAsync(Ana, stamp)).Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("<h1>One more step</h1>").And.Contain("faster than most people type"));
        Assert.That(page, Does.Contain($"name=\"{SignUpForm.Stamp}\" value=\"{stamp}\""),
            "with the step done it counts once, as our own form");
        await SendAsync(Ana, stamp, ("challenge", FloodTests.ChallengeOn(page)), ("proof", FloodTests.Solve(FloodTests.ChallengeOn(page))));
        Assert.That(await MailsAsync(), Is.EqualTo(1), "within the same second, by the script");
    }

    [Test]
    public async Task Whoever_corrects_a_fault_and_sends_at_once_is_taken()
    {
        var stamp = await StampAsync();
        Clock.Advance(TimeSpan.FromSeconds(20));
        var refused = await SendAsync("ana@example", stamp);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        var kept = StampOn(await refused.Content.ReadAsStringAsync());
        Assert.That(await (await SendAsync(Ana, kept)).Content.ReadAsStringAsync(), Does.Contain("<h1>Check your inbox</h1>"));
        Assert.That(await MailsAsync(), Is.EqualTo(1));
    }

    [TestCase(-60, 1, Description = "the host that showed the form is a minute ahead")]
    [TestCase(3, 1)]
    [TestCase(1, 0)]
    public async Task Hosts_whose_clocks_are_a_little_apart_take_each_others_forms(int seconds, int mails)
    {
        var stamp = await StampAsync();
        var behind = new FakeTimeProvider(Clock.GetUtcNow().AddSeconds(seconds));
        var stamps = ActivatorUtilities.CreateInstance<FormTimestamps>(App.Services, behind);
        Assert.That(stamps.Judge(stamp), Is.EqualTo(mails == 1 ? FormTimestampResult.Good : FormTimestampResult.TooSoon));
        Assert.That(ActivatorUtilities.CreateInstance<FormTimestamps>(App.Services, new FakeTimeProvider(Clock.GetUtcNow().AddHours(-1)))
            .Judge(stamp), Is.EqualTo(FormTimestampResult.None));
    }

    [TestCase(null, 3)]
    [TestCase("made up", 3)]
    [TestCase("old", 3)]
    [TestCase("good", 6)]
    public async Task A_form_without_a_good_stamp_is_taken_but_counts_for_more(string? kind, int taken)
    {
        var stamp = kind switch { "old" or "good" => await StampAsync(), _ => kind };
        Clock.Advance(kind == "old" ? TimeSpan.FromHours(25) : TimeSpan.FromSeconds(30));
        var answers = new List<HttpStatusCode>();
        for (var number = 0; number < 7; number++)
            answers.Add((await SendAsync($"reader{number}@example.com", stamp)).StatusCode);
        Assert.That(answers.TakeWhile(status => status is HttpStatusCode.OK).Count(), Is.EqualTo(taken));
        Assert.That(answers[^1], Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task The_trap_is_hidden_from_people_screen_readers_and_password_managers()
    {
        var page = await App.Http.GetStringAsync("/subscribe");
        Assert.That(page,
            Does.Match(
                $"<div class=\"visually-hidden\" aria-hidden=\"true\">\\s*<label>[^<]+<input name=\"{SignUpForm.Trap}\" tabindex=\"-1\" "
                    + "autocomplete=\"off\">"));
    }

    private async Task<string> StampAsync() => StampOn(await App.Http.GetStringAsync("/subscribe"));

    private static string StampOn(string page) => page.Split($"name=\"{SignUpForm.Stamp}\" value=\"")[1].Split('"')[0];

    private async Task<int> MailsAsync()
    {
        await App.RunUntilIdle();
        return Smtp.MailFor(Ana).Count;
    }

    private async Task<HttpResponseMessage> SendAsync(string address, string? stamp, params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string> { ["email"] = address };
        if (stamp is not null)
            fields[SignUpForm.Stamp] = stamp;
        foreach (var (name, value) in more)
            fields[name] = value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe") { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add(DispatchApp.NetworkHeader, Network);
        return await App.Http.SendAsync(request);
    }
}
