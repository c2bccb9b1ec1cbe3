using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Choices;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnsubscribingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task One_click_in_the_mail_program_is_enough()
    {
        var answer = await Reader.UnsubscribesInOneClick(await Given.ConfirmedSubscriber(Ana));
        Assert.Multiple(async () =>
        {
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/plain"));
            Assert.That(await answer.Content.ReadAsStringAsync(), Has.Length.LessThan(200));
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False, "RFC 8058 §3.1");
            Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
        });
    }

    [Test]
    public async Task One_click_works_as_multipart_too()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var answer = await App.Http.PostAsync(PathFor(ana),
            new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } });
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/plain"), "RFC 8058 §3.2 allows both forms");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task A_charset_that_nobody_knows_does_not_stop_it([Values("utf-7", "bogus")] string charset)
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        using var form = new StringContent("List-Unsubscribe=One-Click");
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"application/x-www-form-urlencoded; charset={charset}");
        Assert.That((int)(await App.Http.PostAsync(PathFor(ana), form)).StatusCode, Is.EqualTo(200));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task Looking_at_the_link_changes_nothing([Values("GET", "HEAD")] string method)
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var answer = await App.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), PathFor(ana)));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task The_button_on_the_page_ends_the_subscription_and_again_is_friendly()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        for (var time = 0; time < 2; time++)
        {
            var answer = await App.Http.PostAsync(PathFor(ana), new FormUrlEncodedContent([]));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>You’ve unsubscribed</h1>"));
        }
        await using var db = App.OpenDb();
        var entry = await db.Audit.SingleAsync(entry => entry.Action == "subscription.ended");
        Assert.That((entry.Actor, entry.Target, entry.Detail),
            Is.EqualTo(("reader", $"subscriber:{ana.SubscriberId}", $"newsletter:{ana.NewsletterId}, page")));
    }

    [Test]
    public async Task An_erased_reader_hears_that_nothing_comes_any_more([Values(true, false)] bool oneClick)
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await using (var db = App.OpenDb())
            await db.Subscribers.ExecuteDeleteAsync();
        var answer = await App.Http.PostAsync(PathFor(ana),
            new FormUrlEncodedContent(oneClick ? [new("List-Unsubscribe", "One-Click")] : []));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await App.Http.GetAsync(PathFor(ana))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task It_ends_one_newsletter_and_no_other()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Given.ConfirmedSubscriber(Ana, newsletter: weekly);
        await Reader.UnsubscribesInOneClick(ana);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.Where(s => s.State == SubscriptionState.Confirmed).Select(s => s.NewsletterId)
            .SingleAsync(), Is.EqualTo(weekly.Id));
    }

    [Test]
    public async Task A_token_for_something_else_or_a_changed_one_is_refused()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var preferences = App.Services.GetRequiredService<LinkTokens>().Make(LinkKind.Preferences, ana.SubscriberId, ana.NewsletterId);
        var changed = PathFor(ana)[..^1] + (PathFor(ana)[^1] == 'a' ? 'b' : 'a');
        foreach (var path in new[] { $"/unsubscribe/{preferences}", changed, "/unsubscribe/abc" })
        {
            Assert.That((await App.Http.PostAsync(path, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).StatusCode,
                Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task The_preferences_page_offers_to_end_each_newsletter_and_names_nobody()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        await Given.ConfirmedSubscriber(Ana, newsletter: weekly);
        var page = await App.Http.GetStringAsync("/preferences/" + App.Services.GetRequiredService<LinkTokens>()
            .Make(LinkKind.Preferences, ana.SubscriberId, ana.NewsletterId));
        Assert.That(page, Does.Contain("China In Eurasia").And.Contain("The weekly").And.Contain(PathFor(ana)));
        Assert.That(page, Does.Not.Contain("Novak").And.Not.Contain("ana@").And.Not.Contain("example.com"));
    }

    private string PathFor(KnownReader reader) => "/unsubscribe/" + App.Services.GetRequiredService<LinkTokens>()
        .Make(LinkKind.Unsubscribe, reader.SubscriberId, reader.NewsletterId);

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.Select(subscription => subscription.State).SingleAsync();
    }
}
