using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Choices;

/// <summary>The page after unsubscribing, which offers an undo and asks for the reason.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class UnsubscribeUndoTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task An_unsubscription_can_be_taken_back_from_its_page_for_a_day()
    {
        var (ana, undo) = await LeavesAsync();
        Clock.Advance(TimeSpan.FromHours(24));
        var page = await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("<h1>You’re subscribed again</h1>"));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
        await using var db = App.OpenDb();
        var entry = await db.Audit.SingleAsync(entry => entry.Action == "subscription.undone");
        Assert.That((entry.Actor, entry.Target, entry.Detail),
            Is.EqualTo(("reader", $"subscriber:{ana.SubscriberId}", $"newsletter:{ana.NewsletterId}")));
    }

    [Test]
    public async Task Whoever_left_during_a_pause_and_takes_it_back_is_paused_as_before()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "pause"), ("until", "2026-12-20"));
        var undo = UndoIn(await (await Reader.Presses(Reader.UnsubscribePath(ana))).Content.ReadAsStringAsync());
        var page = await (await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo))).Content.ReadAsStringAsync();
        Assert.That(page, Does.Contain("<h1>You’re subscribed again</h1>").And.Contain("December 20, 2026"));
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana).Where(mail => mail.Message.Headers.Contains("List-Id")), Is.Empty);
        Assert.That((await App.Progress(issue)).Excluded, Is.EquivalentTo(new Dictionary<string, int> { ["paused"] = 1 }));
        Assert.That(await (await App.Http.GetAsync(await Reader.OneTimePreferencesPath(ana))).Content.ReadAsStringAsync(),
            Does.Contain("December 20, 2026"));
    }

    [Test]
    public async Task A_pause_that_ended_meanwhile_does_not_come_back_and_one_of_whoever_is_gone_is_forgotten()
    {
        var (ana, bo) = (await Given.ConfirmedSubscriber(Ana), await Given.ConfirmedSubscriber("bo@example.com"));
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "pause"), ("until", "2026-11-25"));
        await Reader.Presses(await Reader.OneTimePreferencesPath(bo), ("do", "pause"), ("until", "2027-03-01"));
        await Reader.Presses(Reader.UnsubscribePath(bo));
        var undo = UndoIn(await (await Reader.Presses(Reader.UnsubscribePath(ana))).Content.ReadAsStringAsync());
        await App.RunAfter(TimeSpan.FromHours(23));
        await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo));
        await App.RunAfter(TimeSpan.FromHours(2));
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.CountAsync(s => s.PausedUntil != null), Is.Zero);
    }

    [Test]
    public async Task Signing_up_again_begins_without_the_old_pause()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "pause"), ("until", "2026-12-20"));
        await Reader.Presses(Reader.UnsubscribePath(ana));
        await Reader.SubscribesAndConfirms(Ana);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.Select(s => new { s.State, s.PausedUntil }).SingleAsync(),
            Is.EqualTo(new { State = SubscriptionState.Confirmed, PausedUntil = (DateTimeOffset?)null }));
    }

    [Test]
    public async Task A_day_later_it_can_not()
    {
        var (ana, undo) = await LeavesAsync();
        Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        var page = await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("undone any more"));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task The_token_of_an_earlier_end_does_not_take_back_a_later_one()
    {
        var (ana, undo) = await LeavesAsync();
        await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Reader.Presses(Reader.UnsubscribePath(ana));
        await Reader.Presses(Reader.UnsubscribePath(ana), ("undo", undo));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task Nobody_else_is_offered_to_take_it_back()
    {
        var (ana, _) = await LeavesAsync();
        var path = Reader.UnsubscribePath(ana);
        foreach (var answer in new[] { await App.Http.GetAsync(path), await Reader.Presses(path) })
            Assert.That(await answer.Content.ReadAsStringAsync(),
                Does.Contain("You’ve unsubscribed").And.Not.Contain("name=\"undo\"").And.Not.Contain("name=\"why\""));
        await Reader.Presses(path, ("undo", path["/unsubscribe/".Length..]));
        await App.Http.GetAsync($"{path}?undo={await UndoTokenAsync()}");
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
    }

    [Test]
    public async Task A_reason_is_counted_once_and_kept_apart_from_its_reader()
    {
        var (ana, undo) = await LeavesAsync();
        var path = Reader.UnsubscribePath(ana);
        var thanks = await Reader.Presses(path, ("of", undo), ("why", "unsafe"));
        Assert.That(await thanks.Content.ReadAsStringAsync(),
            Does.Contain("counted your answer").And.Contain("name=\"undo\"").And.Not.Contain("name=\"why\""));
        await Reader.Presses(path, ("of", undo), ("why", "too-many"));
        await Reader.Presses(path, ("of", "aaaa"), ("why", "too-many"));
        var (bob, bobs) = await LeavesAsync("bob@example.com");
        await Reader.Presses(Reader.UnsubscribePath(bob), ("of", bobs), ("why", "unsafe"));
        await using var db = App.OpenDb();
        var count = await db.UnsubscribeCounts.SingleAsync();
        Assert.That((count.NewsletterId, count.Reason, count.Readers), Is.EqualTo((ana.NewsletterId, UnsubscribeReason.Unsafe, 2)));
        Assert.That(await db.Audit.AnyAsync(entry => entry.Detail!.Contains("nsafe")), Is.False);
    }

    [Test]
    public async Task A_reason_that_is_none_of_ours_is_not_counted()
    {
        var (ana, undo) = await LeavesAsync();
        Assert.That((await Reader.Presses(Reader.UnsubscribePath(ana), ("of", undo), ("why", "<script>"))).StatusCode,
            Is.EqualTo(HttpStatusCode.OK));
        await using var db = App.OpenDb();
        Assert.That(await db.UnsubscribeCounts.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Links_mailed_before_the_key_was_changed_still_end_and_take_back()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = Reader.UnsubscribePath(ana);
        var ring = App.Services.GetRequiredService<KeyRing>();
        ring.AddKey();
        ring.AddKey();
        await RestartAsync();
        var page = await (await Reader.Presses(path)).Content.ReadAsStringAsync();
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Unsubscribed));
        App.Services.GetRequiredService<KeyRing>().AddKey();
        await Reader.Presses(path, ("undo", UndoIn(page)));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task For_an_erased_reader_the_link_is_as_friendly_as_ever()
    {
        var (ana, undo) = await LeavesAsync();
        await App.In<Erasing, bool>(erasing => erasing.EraseAsync(ana.SubscriberId, Actor.CommandLine));
        var path = Reader.UnsubscribePath(ana);
        foreach (var answer in new[] { await App.Http.GetAsync(path), await Reader.Presses(path),
            await Reader.Presses(path, ("of", undo), ("why", "other")) })
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>You’ve unsubscribed</h1>"));
        Assert.That(await (await Reader.Presses(path, ("undo", undo))).Content.ReadAsStringAsync(), Does.Contain("undone any more"));
        Assert.That((await Reader.UnsubscribesInOneClick(ana)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<(KnownReader Reader, string Undo)> LeavesAsync(string address = Ana)
    {
        var reader = await Given.ConfirmedSubscriber(address);
        return (reader, UndoIn(await (await Reader.Presses(Reader.UnsubscribePath(reader))).Content.ReadAsStringAsync()));
    }

    private static string UndoIn(string page) => Undo().Match(page) is { Success: true } found ? found.Groups[1].Value
        : throw new AssertionException($"expected an undo button, got {page}");

    private async Task<string> UndoTokenAsync()
    {
        await using var db = App.OpenDb();
        var subscription = await db.Subscriptions.SingleAsync();
        return App.Services.GetRequiredService<LinkTokens>()
            .Make(LinkKind.Undo, subscription.Id, subscription.UnsubscribedAt!.Value.ToUnixTimeSeconds());
    }

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.OrderBy(s => s.Id).Select(subscription => subscription.State).FirstAsync();
    }

    [GeneratedRegex("name=\"undo\" value=\"([a-z2-7]{40})\"")]
    private static partial Regex Undo();
}
