using System.Net;
using Dispatch.Api.Pages.Shared;
using Dispatch.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscriptions;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RobotsTests(Provider provider) : DispatchTest(provider)
{
    private const string Network = "192.0.2.7";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:MinimumTime", "00:00:02"), ("Subscriptions:PerNetworkPerHour", "6")];

    [Test]
    public async Task A_form_with_the_hidden_field_filled_in_gets_the_usual_answer_and_nothing_happens()
    {
        var stamp = await StampAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        var usual = await SendAsync("ana@example.com", stamp);
        var robots = await SendAsync("victim@example.com", stamp, (SignUpForm.Trap, "http://spam.example"));
        Assert.That((robots.StatusCode, await robots.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, await usual.Content.ReadAsStringAsync())));
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ana@example.com" }));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(1));
    }

    [TestCase(1, 0)]
    [TestCase(3, 1)]
    public async Task A_form_that_comes_back_sooner_than_anybody_types_is_a_robots(int seconds, int mails)
    {
        var stamp = await StampAsync();
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That((await SendAsync("ana@example.com", stamp)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(mails));
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
        Assert.That(page, Does.Match($"<div class=\"visually-hidden\" aria-hidden=\"true\">\\s*<label>[^<]+<input name=\"{SignUpForm.Trap}\" tabindex=\"-1\" autocomplete=\"off\">"));
    }

    private async Task<string> StampAsync() => (await App.Http.GetStringAsync("/subscribe")).Split($"name=\"{SignUpForm.Stamp}\" value=\"")[1].Split('"')[0];

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
