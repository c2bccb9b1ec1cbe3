using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Confirmations;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ConfirmingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task Looking_at_the_link_confirms_nothing([Values("GET", "HEAD")] string method)
    {
        var link = await LinkAsync();
        var answer = await App.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), link.AbsolutePath));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
    }

    [Test]
    public async Task The_button_confirms_and_a_welcome_comes()
    {
        var answer = await Reader.Confirms(await LinkAsync());
        await App.RunUntilIdle();
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("You’re subscribed"));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
        var welcome = Smtp.MailFor(Ana)[^1];
        Assert.Multiple(() =>
        {
            Assert.That(welcome.Subject, Does.Contain("China In Eurasia"));
            Assert.That(welcome.Message.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
            Assert.That(welcome.UnsubscribeLink.AbsolutePath, Does.StartWith("/unsubscribe/"));
            Assert.That(welcome.Message.Headers["List-Unsubscribe-Post"], Is.EqualTo("List-Unsubscribe=One-Click"));
            Assert.That(welcome.Text, Does.Contain("Wednesday, December 2, 2026"), "when the next issue comes");
        });
    }

    [TestCase(false), TestCase(true)]
    public async Task Earlier_issues_are_offered_if_there_are_any(bool areThere)
    {
        if (areThere)
        {
            await Given.IssueDueNow();
            await App.RunUntilIdle();
        }
        var page = await (await Reader.Confirms(await LinkAsync())).Content.ReadAsStringAsync();
        Assert.That(page.Contains("Earlier issues of", StringComparison.Ordinal), Is.EqualTo(areThere));
    }

    [Test]
    public async Task Confirming_twice_is_friendly_and_changes_nothing_more()
    {
        var link = await LinkAsync();
        await Reader.Confirms(link);
        var again = await Reader.Confirms(link);
        await App.RunUntilIdle();
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await again.Content.ReadAsStringAsync(), Does.Contain("Already confirmed"));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2), "the confirmation and one welcome");
    }

    [TestCase(null, null)]
    [TestCase("Ana", "ru")]
    public async Task What_a_stranger_typed_changes_no_known_readers_name_or_language(string? name, string? language)
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana, name, language: language);
        await App.Http.PostAsync("/subscribe", new FormUrlEncodedContent(
            [new("email", Ana), new("name", "Comrade Fool"), new("language", "de"), new("newsletter", weekly.Slug)]));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana).Single().Message.Body!.Headers["Content-Language"], Is.EqualTo(language ?? "de"),
            "a reader who chose is asked in their language");
        await Reader.Confirms(Ana); // the reader subscribes after all
        await using var db = App.OpenDb();
        var reader = await db.Subscribers.SingleAsync();
        Assert.That((reader.NameFrom(App.Services.GetRequiredService<KeyRing>()), reader.Language), Is.EqualTo((name, language)));
        Assert.That(await db.Subscriptions.CountAsync(s => s.State == SubscriptionState.Confirmed), Is.EqualTo(2));
    }

    [Test]
    public async Task An_old_link_does_not_bring_back_whoever_unsubscribed_since()
    {
        var link = await LinkAsync();
        await Reader.Confirms(link);
        await App.RunUntilIdle();
        await App.Http.PostAsync(Smtp.MailFor(Ana)[^1].UnsubscribeLink.AbsolutePath, new FormUrlEncodedContent([]));
        await Reader.Confirms(link);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task Pressed_many_times_at_once_it_works_once()
    {
        var link = await LinkAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(async () => await (await Reader.Confirms(link)).Content.ReadAsStringAsync())));
        await App.RunUntilIdle();
        Assert.That(pages.Count(page => page.Contains("You’re subscribed", StringComparison.Ordinal)), Is.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "subscription.confirmed"), Is.EqualTo(1));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_link_is_good_for_seven_days()
    {
        var link = await LinkAsync();
        Clock.Advance(TimeSpan.FromDays(7));
        var late = await Reader.Confirms(link);
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(await late.Content.ReadAsStringAsync(), Does.Contain("expired").And.Contain("name=\"renew\""), "and offers a new one");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
    }

    [Test]
    public async Task A_minute_before_seven_days_it_still_works()
    {
        var link = await LinkAsync();
        Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await Reader.Confirms(link);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task Capital_letters_in_the_link_do_no_harm()
    {
        var link = await LinkAsync();
        await App.Http.PostAsync("/confirm/" + link.Segments[^1].ToUpperInvariant(), null);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [TestCase("abc")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("%ff%fe")]
    [TestCase("..%2f..%2fetc")]
    public async Task A_link_that_is_none_of_ours_gets_a_page_that_says_so(string token)
    {
        foreach (var answer in new[] { await App.Http.GetAsync($"/confirm/{token}"), await App.Http.PostAsync($"/confirm/{token}", null) })
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>This link doesn’t work</h1>"));
        }
    }

    private async Task<Uri> LinkAsync()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        return Reader.ConfirmationLink(Ana);
    }

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.Select(subscription => subscription.State).SingleAsync();
    }
}
