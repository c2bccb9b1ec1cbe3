using System.Net;
using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Choices;

/// <summary>
/// A link in a newsletter does not reveal who the reader is. A link mailed on request shows and changes everything for an hour.
/// </summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class PreferencesTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_list_that_was_opened_before_unticks_nothing_that_was_confirmed_since()
    {
        var (first, weekly) = (await Given.Newsletter(), await Given.Newsletter("weekly"));
        var ana = await Given.ConfirmedSubscriber("ana@example.com");
        var path = await Reader.OneTimePreferencesPath(ana);
        var page = await App.Http.GetStringAsync(path);
        Assert.That(page,
            Does.Contain($"name=\"shown\" value=\"{first.Slug}\"").And.Not.Contain($"name=\"shown\" value=\"{weekly.Slug}\""));
        await Reader.Subscribes("ana@example.com", null, weekly.Slug);
        await App.RunUntilIdle();
        await Reader.Confirms("ana@example.com");
        await Reader.Presses(path, ("do", "newsletters"), ("shown", ""), ("shown", first.Slug)); // unticks the first newsletter only
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.OrderBy(s => s.NewsletterId).Select(s => s.State).ToListAsync(),
            Is.EqualTo(new[] { SubscriptionState.Unsubscribed, SubscriptionState.Confirmed }));
    }

    [Test]
    public async Task What_shows_who_somebody_is_asks_for_a_link_mailed_to_their_address()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        var forwarded = await App.Http.GetStringAsync(Reader.PreferencesPath(ana));
        Assert.That(forwarded, Does.Contain("Email me a link").And.Not.Contain("Novak").And.Not.Contain(Ana));
        var asked = await (await Reader.Presses(Reader.PreferencesPath(ana))).Content.ReadAsStringAsync();
        Assert.That(asked, Does.Contain("Check your inbox").And.Not.Contain("Novak").And.Not.Contain(Ana));
        await App.RunUntilIdle();
        var mail = Smtp.MailFor(Ana).Single();
        Assert.That(mail.Text, Does.Contain("one hour"));
        Assert.That(await App.Http.GetStringAsync(mail.Link("/preferences/").AbsolutePath), Does.Contain("Ana Novak").And.Contain(Ana));
    }

    [Test]
    public async Task The_link_is_good_for_an_hour()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        var path = await Reader.OneTimePreferencesPath(ana);
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Clock.Advance(TimeSpan.FromMinutes(1));
        string[] deeds = ["newsletters", "about", "pause", "resume", "address", "json", "csv", "erase"];
        foreach (var answer in new[] {
            await App.Http.GetAsync(path) }.Concat(await Task.WhenAll(deeds.Select(deed => Reader.Presses(path, ("do", deed))))))
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Gone));
            Assert.That(await answer.Content.ReadAsStringAsync(),
                Does.Contain("This link has expired").And.Not.Contain("Novak").And.Not.Contain(Ana));
        }
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_link_of_one_purpose_is_nothing_for_another()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var fresh = (await Reader.OneTimePreferencesPath(ana)).Split('/')[^1];
        await Reader.Subscribes("bob@example.com");
        await App.RunUntilIdle();
        var confirmation = Reader.ConfirmationLink("bob@example.com").Segments[^1];
        Assert.Multiple(async () =>
        {
            Assert.That((await App.Http.PostAsync($"/address/{fresh}", null)).StatusCode, Is.EqualTo(HttpStatusCode.Gone));
            Assert.That((await App.Http.PostAsync($"/confirm/{fresh}", null)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await App.Http.GetAsync($"/preferences/{confirmation}")).StatusCode, Is.EqualTo(HttpStatusCode.Gone));
            Assert.That((await App.Http.GetAsync("/preferences/abc")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        });
    }

    [Test]
    public async Task Links_are_mailed_three_times_a_day_and_to_nobody_who_is_suppressed()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var bob = await Given.ConfirmedSubscriber("bob@example.com");
        await Given.Suppression("bob@example.com", SuppressionReason.Complaint);
        for (var time = 0; time < 5; time++)
            Assert.That((await Reader.Presses(Reader.PreferencesPath(ana))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Reader.Presses(Reader.PreferencesPath(bob))).StatusCode, Is.EqualTo(HttpStatusCode.OK),
            "and it does not say so");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Select(mail => mail.Recipient), Is.EqualTo(new[] { Ana, Ana, Ana }));
    }

    [Test]
    public async Task The_readers_newsletters_are_those_that_are_ticked()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        var page = await (await Reader.Presses(path, ("do", "newsletters"), ("newsletter", "weekly"),
            ("newsletter", "nonesuch"))).Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("been saved").And.Match("value=\"weekly\"[^>]*checked"));
        await using var db = App.OpenDb();
        var states = await db.Subscriptions.ToDictionaryAsync(s => s.NewsletterId, s => s.State);
        Assert.That(states, Is.EquivalentTo(new Dictionary<int, SubscriptionState>
        {
            [ana.NewsletterId] = SubscriptionState.Unsubscribed,
            [weekly.Id] = SubscriptionState.Confirmed
        }));
        Assert.That(await db.Audit.Where(entry => entry.Target == $"subscriber:{ana.SubscriberId}")
            .Select(entry => $"{entry.Action} {entry.Detail}").ToListAsync(), Is.EquivalentTo(new[]
        {
            "preferences.asked ", $"subscription.ended newsletter:{ana.NewsletterId}, preferences",
                $"subscription.confirmed newsletter:{weekly.Id}, preferences",
        }));
    }

    [Test]
    public async Task A_long_address_broke_at_its_hyphen_in_the_wrong_order_in_Arabic()
    {
        var path = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber("reader-en@mail.gazeta.test"));
        Assert.That(await App.Http.GetStringAsync($"{path}?lang=ar"),
            Does.Contain("<strong><bdi class=\"email\">reade<span>r-e</span>n@mail.gazeta.test</bdi></strong>"));
    }

    [TestCase("en", "You won’t receive Examples any more.")]
    [TestCase("de", "Sie erhalten „Examples“ nicht mehr.")]
    [TestCase("fr", "Vous ne recevrez plus « Examples ».")]
    [TestCase("ru", "Вы больше не будете получать «Examples».")]
    [TestCase("zh", "您将不再收到《Examples》。")]
    [TestCase("ar", "لن تصلك أعداد «Examples» بعد الآن.")]
    public async Task A_reader_who_unticked_the_last_newsletter_was_only_told_that_the_choice_was_saved(string language, string expected)
    {
        var newsletter = await Given.Newsletter();
        var path = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber(Ana));
        var answer = await Reader.Presses($"{path}?lang={language}", ("do", "newsletters"), ("shown", ""), ("shown", newsletter.Slug));
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.That(page, Does.Contain(expected.Replace("Examples", newsletter.Name, StringComparison.Ordinal)));
    }

    [Test]
    public async Task Name_and_language_are_the_readers_to_choose()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Somebody");
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "about"), ("name", " Анна Новак "), ("language", "ru"));
        await using (var db = App.OpenDb())
        {
            var subscriber = await db.Subscribers.SingleAsync();
            Assert.That((subscriber.NameFrom(App.Services.GetRequiredService<KeyRing>()), subscriber.Language),
                Is.EqualTo(("Анна Новак", "ru")));
        }
        Assert.That(await App.Http.GetStringAsync(path), Does.Contain("lang=\"ru\"").And.Contain("Анна Новак"), "and the page speaks it");
        var refused = await Reader.Presses(path, ("do", "about"), ("name", "see www.example.com"), ("language", "ru"));
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await refused.Content.ReadAsStringAsync(),
            Does.Contain("id=\"name-fault\"").And.Contain("value=\"see www.example.com\""));
        await Reader.Presses(path, ("do", "about"), ("name", ""), ("language", ""));
        await using var after = App.OpenDb();
        Assert.That((await after.Subscribers.SingleAsync()).SealedName, Is.Null);
        Assert.That((await after.Subscribers.SingleAsync()).Language, Is.Null);
    }

    [Test]
    public async Task A_look_changes_nothing_whatever_it_asks_for([Values("GET", "HEAD")] string method)
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        foreach (var query in new[] { "?do=erase", "?do=pause&until=2027-01-01", "?do=newsletters", "?do=about&name=X",
            "?do=address&email=x@example.com" })
            Assert.That((await App.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path + query))).StatusCode,
                Is.EqualTo(HttpStatusCode.OK));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.CountAsync(), Is.EqualTo(1), "the link that was asked for");
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task All_that_is_known_can_be_taken_along()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "=Ana, \"Novak\"");
        await App.FanOut(await Given.IssueDueNow());
        await App.RunUntilIdle();
        var path = await Reader.OneTimePreferencesPath(ana);
        var json = await Reader.Presses(path, ("do", "json"));
        Assert.That(json.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
        var data = JsonSerializer.Deserialize<JsonElement>(await json.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(data.GetProperty("address").GetString(), Is.EqualTo(Ana));
            Assert.That(data.GetProperty("name").GetString(), Is.EqualTo("=Ana, \"Novak\""));
            Assert.That(data.GetProperty("subscriptions")[0].GetProperty("state").GetString(), Is.EqualTo("confirmed"));
            Assert.That(data.GetProperty("issues")[0].GetProperty("state").GetString(), Is.EqualTo("accepted"));
            Assert.That(data.GetProperty("mails")[0].GetProperty("kind").GetString(), Is.EqualTo("one-time-link"));
            Assert.That(data.GetProperty("history")[0].GetProperty("what").GetString(), Is.EqualTo("preferences.asked"));
        });
        var csv = await Reader.Presses(path, ("do", "csv"));
        Assert.That(csv.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/csv"));
        Assert.That(await csv.Content.ReadAsStringAsync(), Does.Contain($"address,{Ana}\r\n").And.Contain(
            "name,\"'=Ana, \"\"Novak\"\"\"\r\n").And.Contain("subscriptions 1 state,confirmed\r\n")
            .And.Contain("subscriptions 1 gave a reason for leaving,False\r\n").And.Not.Match("(?m)^[^,]*[a-z][A-Z]"),
            "a spreadsheet shows words, not the names that programs use");
    }

    [Test]
    public async Task Whoever_has_themselves_erased_leaves_a_keyed_hash_and_nothing_else()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        await Reader.Subscribes(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        Assert.That(await (await Reader.Presses(path, ("do", "erase"))).Content.ReadAsStringAsync(),
            Does.Contain("Your data has been deleted"));
        await using var db = App.OpenDb();
        Assert.Multiple(async () =>
        {
            Assert.That(await db.SignUpTallies.CountAsync(), Is.EqualTo(1), "her network's, for its hour");
            Assert.That(await db.Subscribers.CountAsync() + await db.Subscriptions.CountAsync() + await db.SubscriberMails
                .CountAsync() + await db.OneTimeLinks.CountAsync(), Is.Zero);
            Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Erased));
            Assert.That((await db.Audit.SingleAsync(entry => entry.Action == "subscriber.erased")).Actor, Is.EqualTo("reader"));
            Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Gone));
            Assert.That(await App.Http.GetStringAsync(Reader.PreferencesPath(ana)), Does.Contain("Nothing is being sent"));
            Assert.That((await Reader.Presses(Reader.PreferencesPath(ana))).StatusCode, Is.EqualTo(HttpStatusCode.OK), "as for anybody");
        });
    }

    [Test]
    public async Task A_button_that_is_none_of_ours_does_nothing()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        Assert.That((await Reader.Presses(path, ("do", "nonsense"))).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Reader.Presses(path)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task One_link_is_no_lever_on_the_database_and_erasing_is_never_refused()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber("ana@readers.test"), await Given.ConfirmedSubscriber("ben@readers.test"));
        var (fresh, others) = (await Reader.OneTimePreferencesPath(ana), await Reader.OneTimePreferencesPath(ben));
        for (var number = 0; number < LinkActs.PerHour; number++)
            Assert.That((int)(await Reader.Presses(fresh, ("do", number % 2 == 0 ? "json" : "about"), ("name", "Ana"))).StatusCode,
                Is.EqualTo(200), $"{number}");
        foreach (var act in new[] { "json", "csv", "about", "pause", "resume", "newsletters", "address" })
        {
            var refused = await Reader.Presses(fresh, ("do", act), ("until", "2026-12-20"), ("email", "c@readers.test"));
            Assert.That(((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta), Is.EqualTo((429, TimeSpan.FromHours(1))), act);
            Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("too many changes").And.Contain("ana@readers.test"));
        }
        Assert.That((int)(await Reader.Presses(others, ("do", "json"))).StatusCode, Is.EqualTo(200), "other readers are not held up");
        await using (var db = App.OpenDb())
            Assert.That(await db.Audit.CountAsync(entry => entry.Target == $"subscriber:{ana.SubscriberId}"
                && entry.Action != "preferences.asked"), Is.LessThanOrEqualTo(LinkActs.PerHour));
        Assert.That(await (await Reader.Presses(fresh, ("do", "erase"))).Content.ReadAsStringAsync(), Does.Not.Contain("too many changes"));
        await using var after = App.OpenDb();
        Assert.That(await after.Subscribers.AnyAsync(subscriber => subscriber.Id == ana.SubscriberId), Is.False);
    }

    [Test]
    public async Task A_form_can_not_put_another_readers_token_before_the_addresss()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber("ana@readers.test"), await Given.ConfirmedSubscriber("ben@readers.test"));
        (await Reader.Presses(Reader.PreferencesPath(ana), ("token", Reader.PreferencesPath(ben).Split('/')[^1]),
            ("filler", new string('x', 60_000)))).EnsureSuccessStatusCode();
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ana@readers.test" }));
    }
}
