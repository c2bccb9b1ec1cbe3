using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Records;

/// <summary>Erasing deletes everything about a reader, and the purge does the same for readers who left long ago.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ErasingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task The_record_of_what_an_erased_reader_did_goes_with_them()
    {
        await Reader.SubscribesAndConfirms(Ana);
        var ana = await FindAsync(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "json"));
        await Reader.Presses(path, ("do", "address"), ("email", "ana@elsewhere.example"));
        await Reader.Presses(path, ("do", "erase"));
        await using var db = App.OpenDb();
        var entries = await db.Audit.AsNoTracking().ToListAsync();
        Assert.Multiple(async () =>
        {
            Assert.That(entries.Where(entry => entry.Target.Contains("subscriber:", StringComparison.Ordinal)), Is.Empty);
            Assert.That(entries.Single(entry => entry.Action == "subscriber.erased").Target, Is.EqualTo("subscribers"),
                "that somebody was stays, not who");
            var tallies = await db.SignUpTallies.Select(tally => tally.Key).ToListAsync();
            var ring = App.Services.GetRequiredService<KeyRing>();
            Assert.That(tallies.Where(key => key.AsSpan().SequenceEqual(ring.MarkOf("address-asks",
                BitConverter.GetBytes(ana.SubscriberId)))), Is.Empty);
        });
    }

    [Test]
    public async Task The_ledger_keeps_its_sums_and_no_number_of_an_erased_readers()
    {
        Smtp.Answers("550 5.1.1 no such user 4711 here", SmtpStep.Recipient, "ben@readers.test");
        var (ana, ben, eva) = (await Given.ConfirmedSubscriber("ana@readers.test"), await Given.ConfirmedSubscriber("ben@readers.test"),
            await Given.ConfirmedSubscriber("eva@readers.test"));
        var issues = new[] { await Given.IssueDueNow(), await Given.IssueDueNow() };
        await App.RunUntilIdle();
        var before = new[] { await App.Progress(issues[0]), await App.Progress(issues[1]) };
        await EraseAsync(ana);
        await EraseAsync(ben);
        await using var db = App.OpenDb();
        var rows = await db.Deliveries.AsNoTracking().ToListAsync();
        Assert.Multiple(async () =>
        {
            for (var issue = 0; issue < 2; issue++)
            {
                var after = await App.Progress(issues[issue]);
                Assert.That((after.Audience, after.Accepted, after.Rejected),
                    Is.EqualTo((before[issue].Audience, before[issue].Accepted, before[issue].Rejected)));
            }
            Assert.That(rows.Where(row => row.SubscriberId > 0).Select(row => row.SubscriberId), Is.All.EqualTo(eva.SubscriberId));
            Assert.That(rows.Where(row => row.SubscriberId < 0).Select(row => row.SubscriberId), Is.Unique.And.Exactly(4).Items,
                "no two rows of one reader share a number");
            Assert.That(rows.Where(row => row.SubscriberId < 0).Select(row => (row.ReplyCode, row.EnhancedCode, row.ReplyText)),
                Is.All.EqualTo(((int?)null, (string?)null, (string?)null)));
        });
    }

    [Test]
    public async Task Whoever_is_erased_while_an_issue_goes_out_is_not_mailed_and_leaves_no_number_either()
    {
        var (ana, ben) = (await Given.ConfirmedSubscriber("ana@readers.test"), await Given.ConfirmedSubscriber("ben@readers.test"));
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await EraseAsync(ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { ben.Address }));
        Assert.That((await App.Progress(issue)).Excluded, Is.EqualTo(new Dictionary<string, int> { ["erased"] = 1 }));
        await PurgeAsync();
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.CountAsync(row => row.SubscriberId == ana.SubscriberId), Is.Zero);
        Assert.That(await db.ErasedReaders.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_row_of_nobodys_is_shown_as_such_and_can_not_be_sent_again()
    {
        Smtp.Answers("550 5.1.1 unknown", SmtpStep.Recipient);
        var readers = await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await EraseAsync(readers[1]);
        long number;
        await using (var db = App.OpenDb())
            number = await db.Deliveries.Where(row => row.SubscriberId < 0).Select(row => row.SubscriberId).SingleAsync();
        var decision = await App.In<UncertainDeliveries, DeliveryDecision>(deliveries =>
            deliveries.ResendAsync(issue, number, Worker.Audit.Actor.CommandLine, CancellationToken.None));
        Assert.That(decision, Is.InstanceOf<DeliveryDecision.Refused>());
        var ops = await ApiCaller.With(App, "ops");
        (await ops.Post($"/deliveries/{issue}-{number}/resend", new { })).Why(404);
        var first = (await ops.Get($"/issues/{issue}/deliveries?limit=1")).Is(200);
        Assert.That(first.Items.Single().GetProperty("subscriberId").GetInt64(), Is.EqualTo(number));
        var next = (await ops.Get($"/issues/{issue}/deliveries?limit=1&after={first["next"].GetString()}")).Is(200);
        Assert.That(next.Items.Single().GetProperty("subscriberId").GetInt64(), Is.EqualTo(readers[0].SubscriberId),
            "a page may begin after it");
    }

    [Test]
    public async Task Sending_to_the_rest_takes_up_nobody_who_was_erased()
    {
        Smtp.Answers("550 5.1.1 unknown", SmtpStep.Recipient, "ana@readers.test");
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ConfirmedSubscriber("ben@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var newsletter = (await Given.Newsletter()).Id;
        Assert.That(await App.In<Audience, int>(audience => audience.RestAsync(issue, newsletter, CancellationToken.None)), Is.EqualTo(1));
        await EraseAsync(ana);
        Assert.That(await App.In<Audience, int>(audience => audience.RestAsync(issue, newsletter, CancellationToken.None)), Is.Zero);
    }

    [Test]
    public async Task What_a_server_said_is_kept_of_failures_alone_and_for_a_month()
    {
        Smtp.Answers("550 5.7.1 policy of example", SmtpStep.Recipient, "ben@readers.test");
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ConfirmedSubscriber("ben@readers.test");
        await Given.IssueDueNow();
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
        {
            Assert.That(await db.Deliveries.Where(row => row.ReplyText != null).Select(row => row.State).ToListAsync(),
                Is.EqualTo(new[] { DeliveryState.Rejected }));
            Assert.That(await db.Deliveries.Where(row => row.State == DeliveryState.Accepted).Select(row => row.ReplyCode).SingleAsync(),
                Is.EqualTo(250), "the code is kept");
            Assert.That(await db.SubscriberMails.Where(mail => mail.State == SubscriberMailState.Accepted).Select(mail => mail.ReplyText)
                .SingleAsync(), Is.Null);
        }
        Clock.Advance(TimeSpan.FromDays(31));
        await PurgeAsync();
        await using var later = App.OpenDb();
        Assert.That(await later.Deliveries.CountAsync(row => row.ReplyText != null), Is.Zero);
        Assert.That(await later.Deliveries.CountAsync(row => row.State == DeliveryState.Rejected && row.ReplyCode == 550), Is.EqualTo(1));
    }

    [Test]
    public async Task Whoever_left_a_year_ago_shrinks_to_a_hash_that_keeps_them_off()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        await Given.ConfirmedSubscriber("both@example.com");
        await Given.ConfirmedSubscriber("both@example.com", newsletter: weekly);
        await Reader.Presses(Reader.UnsubscribePath(ana));
        await Reader.Presses(Reader.UnsubscribePath(await FindAsync("both@example.com")));
        Clock.Advance(TimeSpan.FromDays(364));
        await PurgeAsync();
        await using (var db = App.OpenDb())
            Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(2), "a day before");
        Clock.Advance(TimeSpan.FromDays(2));
        await PurgeAsync();
        await using var after = App.OpenDb();
        Assert.That(await after.Subscribers.CountAsync(), Is.EqualTo(1), "whoever still gets one stays");
        var suppression = await after.Suppressions.SingleAsync();
        Assert.That((suppression.Reason, suppression.AddressHash),
            Is.EqualTo((SuppressionReason.Erased, App.Services.GetRequiredService<KeyRing>().HashOf(EmailAddress.Parse(Ana)))));
        Assert.That(await (await Reader.Presses(Reader.UnsubscribePath(ana))).Content.ReadAsStringAsync(),
            Does.Contain("You’ve unsubscribed"), "an old link is as friendly as ever");
        await Reader.Subscribes(Ana, null, "weekly");
        await App.RunUntilIdle();
        await Reader.Confirms(Ana);
        Assert.That(await after.Suppressions.CountAsync(), Is.Zero, "and they can come back");
    }

    [Test]
    public async Task A_sign_up_beside_the_purge_keeps_what_it_asked_for()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Clock.Advance(TimeSpan.FromDays(30));
        // The purge may run before or after the new sign-up. Either way, the sign-up must keep its subscription.
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Task.Run(PurgeAsync), Task.Run(() => Reader.Subscribes(Ana)), Task.Run(PurgeAsync));
            Clock.Advance(TimeSpan.FromDays(1));
        }
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(await (await Reader.Confirms(Ana)).Content.ReadAsStringAsync(), Does.Contain("You’re subscribed"));
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_subscription_that_was_cleared_away_under_the_readers_hand_begins_all_the_same()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
            await db.Subscriptions.ExecuteDeleteAsync();
        await Reader.Confirms(Ana);
        await using var after = App.OpenDb();
        Assert.That((await after.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_proof_of_consent_keeps_the_words_that_were_shown_by_version([Values("en", "de")] string language)
    {
        await App.Http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", Ana), new("language", language)]));
        await App.RunUntilIdle();
        var button = await App.Http.GetStringAsync(Reader.ConfirmationLink(Ana).AbsolutePath);
        await Reader.Confirms(Ana);
        await using var db = App.OpenDb();
        var subscription = await db.Subscriptions.SingleAsync();
        var consent = await db.ConsentTexts.SingleAsync();
        Assert.That((subscription.ConsentVersion, consent.Language), Is.EqualTo((consent.Version, language)));
        foreach (var line in consent.Words.Split('\n'))
            Assert.That(button.Replace("<strong>", "", StringComparison.Ordinal).Replace("</strong>", "", StringComparison.Ordinal),
                Does.Contain(System.Net.WebUtility.HtmlEncode(line)).Or.Contain(line));
        Assert.That(consent.Words, Does.Contain("China In Eurasia"));

        await App.Http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", "ben@example.com"), new("language", language)]));
        await App.RunUntilIdle();
        await Reader.Confirms("ben@example.com");
        Assert.That(await db.ConsentTexts.CountAsync(), Is.EqualTo(1), "the same words once");
        await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Name, "Another name"));
        await App.Http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", "eva@example.com"), new("language", language)]));
        await App.RunUntilIdle();
        await Reader.Confirms("eva@example.com");
        Assert.That(await db.ConsentTexts.CountAsync(), Is.EqualTo(2), "others are another version");
        Assert.That((await db.Subscriptions.AsNoTracking().SingleAsync(s => s.Id == subscription.Id)).ConsentVersion,
            Is.EqualTo(consent.Version));
    }

    [Test]
    public async Task A_reader_who_is_suppressed_is_shown_by_the_newsroom_what_is_kept_and_is_erased_at_their_wish()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        await Given.Suppression(Ana, SuppressionReason.Complaint);
        var asked = await Reader.Presses(Reader.PreferencesPath(ana));
        Assert.That(await asked.Content.ReadAsStringAsync(), Does.Contain("write to us").And.Contain("href=\"/privacy#responsible\""));
        var ops = await ApiCaller.With(App, "ops");
        var record = (await ops.Get($"/readers/{ana.SubscriberId}/record")).Is(200);
        Assert.That((record["address"].GetString(), record["name"].GetString(), record["neverMailed"].GetString()),
            Is.EqualTo((Ana, "Ana Novak", "complaint")));
        Assert.That(record["neverMailedSince"].ValueKind, Is.EqualTo(JsonValueKind.String));
        (await ops.Get("/readers/4711/record")).Why(404);
        (await (await ApiCaller.With(App, "editor")).Get($"/readers/{ana.SubscriberId}/record")).Why(403);
        (await ops.Delete($"/readers/{ana.SubscriberId}")).Is(204);
        await using var db = App.OpenDb();
        Assert.That((await db.Subscribers.CountAsync(), (await db.Suppressions.SingleAsync()).Reason),
            Is.EqualTo((0, SuppressionReason.Complaint)));
    }

    [Test]
    public async Task The_export_holds_open_sign_ups_links_and_why_an_issue_did_not_come()
    {
        await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Subscribes(Ana, "Anna", "weekly");
        await App.RunUntilIdle();
        var path = await Reader.OneTimePreferencesPath(ana);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Reader.Presses(Reader.UnsubscribePath(ana));
        await App.RunUntilIdle();
        var data = JsonSerializer.Deserialize<JsonElement>(await (await Reader.Presses(path, ("do", "json"))).Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            var signUp = data.GetProperty("signUps").EnumerateArray().Single();
            Assert.That((signUp.GetProperty("name").GetString(), signUp.GetProperty("newsletters")[0].GetString()),
                Is.EqualTo(("Anna", "The weekly")));
            Assert.That(data.GetProperty("links").GetArrayLength(), Is.EqualTo(1));
            Assert.That(data.GetProperty("issues")[0].GetProperty("reason").GetString(), Is.EqualTo("unsubscribed"));
            Assert.That(data.GetProperty("subscriptions")[0].GetProperty("saidWhy").GetBoolean(), Is.False);
        });
    }

    private async Task<KnownReader> FindAsync(string address)
    {
        var hash = App.Services.GetRequiredService<KeyRing>().HashOf(EmailAddress.Parse(address));
        await using var db = App.OpenDb();
        return new KnownReader(address, await db.Subscribers.Where(s => s.AddressHash == hash).Select(s => s.Id).SingleAsync(),
            (await Given.Newsletter()).Id);
    }

    private Task<bool> EraseAsync(KnownReader reader) =>
        App.In<Erasing, bool>(erasing => erasing.EraseAsync(reader.SubscriberId, Worker.Audit.Actor.Reader));

    private Task<bool> PurgeAsync() => App.In<PurgeExpired, bool>(async purge =>
    {
        await purge.RunAsync(CancellationToken.None);
        return true;
    });
}
