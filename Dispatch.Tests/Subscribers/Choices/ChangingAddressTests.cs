using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.Choices;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ChangingAddressTests(Provider provider) : DispatchTest(provider)
{
    private const string Old = "ana@example.com";
    private const string New = "anna@example.net";

    [Test]
    public async Task The_new_address_confirms_the_old_one_is_told_and_issues_go_to_the_new()
    {
        var ana = await Given.ConfirmedSubscriber(Old, "Ana Novak");
        var preferences = await AsksAsync(ana, New);
        var check = Smtp.MailFor(New).Single();
        Assert.That(check.Text, Does.Not.Contain("Novak").And.Not.Contain(Old), "it may be a stranger's");
        var link = check.Link("/address/").AbsolutePath;
        await App.Http.GetAsync(link);
        Assert.That(await AddressAsync(ana), Is.EqualTo(Old), "a look moves nobody");

        for (var time = 0; time < 2; time++)
            Assert.That(await (await Reader.Presses(link)).Content.ReadAsStringAsync(), Does.Contain("Your address has been changed"),
                "twice is friendly");
        await App.RunUntilIdle();
        Assert.That(await AddressAsync(ana), Is.EqualTo(New));
        var told = Smtp.MailFor(Old)[^1];
        Assert.That(told.Subject, Is.EqualTo("Your address has been changed"));
        Assert.That(told.Text, Does.Not.Contain(New).And.Not.Contain("anna"));
        Assert.That((await App.Http.GetAsync(preferences)).StatusCode, Is.EqualTo(HttpStatusCode.Gone),
            "what the old address holds opens nothing any more");

        await Given.IssueDueNow("To the new one");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(New)[^1].Subject, Is.EqualTo("To the new one"));
        Assert.That(Smtp.MailFor(Old)[^1], Is.EqualTo(told));
        await using var db = App.OpenDb();
        Assert.That(await db.SubscriberMails.AnyAsync(mail => mail.SealedTo != null), Is.False,
            "no address is kept longer than its mail needs it");
        Assert.That(await db.Audit.Where(entry => entry.Action.StartsWith("address.")).OrderBy(entry => entry.Id)
            .Select(entry => $"{entry.Action} {entry.Target}{entry.Detail}").ToListAsync(),
            Is.EqualTo(new[] { $"address.asked subscriber:{ana.SubscriberId}", $"address.changed subscriber:{ana.SubscriberId}" }));
    }

    [Test]
    public async Task The_page_behind_the_link_speaks_the_readers_language()
    {
        var link = await AddressLinkAsync(await Given.ConfirmedSubscriber(Old, language: "de"));
        Assert.That(await App.Http.GetStringAsync(link), Does.Contain("lang=\"de\""));
        Assert.That(await (await Reader.Presses(link)).Content.ReadAsStringAsync(), Does.Contain("lang=\"de\""));
    }

    [Test]
    public async Task A_change_of_address_holds_for_an_issue_that_is_being_mailed()
    {
        var (ana, bo) = (await Given.ConfirmedSubscriber(Old), await Given.ConfirmedSubscriber("bo@example.com"));
        var link = await AddressLinkAsync(ana);
        var issue = await Given.IssueDueNow("On its way");
        await App.FanOut(issue);
        var (run, due) = await LeaseAsync(issue, "first");
        await Reader.Presses(link);
        await Given.Suppression(Old); // no effect, because the issue goes to the new address
        using (var ledger = App.OpenDb().OpenLedger())
            Assert.That(ledger.Exchange([], [.. due.Select(work => new Claim(run, work))], Clock.GetUtcNow()),
                Is.EqualTo(new[] { ClaimResult.Moved, ClaimResult.Granted }));
        Assert.That((await App.Progress(issue)).Excluded, Is.Empty);

        Clock.Advance(TimeSpan.FromMinutes(10)); // the lease expires, so the claimed delivery is mailed again
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(New).Count(mail => mail.Subject == "On its way"), Is.EqualTo(1));
        Assert.That(Smtp.MailFor(Old).Select(mail => mail.Subject), Has.None.EqualTo("On its way"));
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(2).And.Property("Accepted").EqualTo(2));
        Assert.That(Smtp.MailFor(bo.Address).Count(mail => mail.Subject == "On its way"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_confirmation_that_lies_in_the_old_mailbox_subscribes_the_new_address_to_nothing()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Old);
        await Reader.Subscribes(Old, "Comrade Fool", weekly.Slug);
        await App.RunUntilIdle();
        var old = Reader.ConfirmationLink(Old);
        await Reader.Presses(await AddressLinkAsync(ana));
        Assert.That((await Reader.Confirms(old)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Clock.Advance(TimeSpan.FromDays(1));
        await App.In<ConfirmationReminders, bool>(async reminding =>
        {
            await reminding.RunAsync(CancellationToken.None);
            return true;
        });
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(New), Has.Count.EqualTo(1), "no reminder goes to the new address");
        await using var db = App.OpenDb();
        Assert.That(await db.Subscriptions.CountAsync(s => s.State == SubscriptionState.Confirmed), Is.EqualTo(1));
    }

    [Test]
    public async Task A_mail_that_waited_for_the_old_mailbox_does_not_come_to_the_new_one()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Old);
        var link = await AddressLinkAsync(ana);
        Smtp.Answers("451 4.7.1 Later", recipient: Old, times: 1);
        await Reader.Subscribes(Old, null, weekly.Slug);
        await App.RunUntilIdle();
        await Reader.Presses(link);
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.MailFor(New).Select(mail => mail.Subject), Has.None.Contain("confirm your subscription"));
    }

    [Test]
    public async Task A_new_address_is_asked_no_more_often_than_sign_ups_are_taken()
    {
        var ana = await Given.ConfirmedSubscriber(Old);
        var path = await Reader.OneTimePreferencesPath(ana);
        await App.In<SignUpLimits, TimeSpan?>(limits => limits.TakeAsync(IPAddress.Loopback, 1_000_000, CancellationToken.None));
        var answer = await Reader.Presses(path, ("do", "address"), ("email", New));
        Assert.That((answer.StatusCode, answer.Headers.RetryAfter!.Delta),
            Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1))));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(New), Is.Empty);
    }

    [Test]
    public async Task Whether_somebody_reads_at_the_new_address_is_told_to_nobody_but_its_owner()
    {
        var ana = await Given.ConfirmedSubscriber(Old);
        await Given.ConfirmedSubscriber(New);
        var path = await Reader.OneTimePreferencesPath(ana);
        var known = await Reader.Presses(path, ("do", "address"), ("email", New));
        var unknown = await Reader.Presses(path, ("do", "address"), ("email", "nobody@example.org"));
        Assert.That(await known.Content.ReadAsStringAsync(), Is.EqualTo(await unknown.Content.ReadAsStringAsync()));
        await App.RunUntilIdle();
        var answer = await Reader.Presses(Smtp.MailFor(New).Single().Link("/address/").AbsolutePath);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("This address is already subscribed"));
        Assert.That(await AddressAsync(ana), Is.EqualTo(Old));
    }

    [Test]
    public async Task A_sign_up_that_nobody_confirmed_does_not_hold_an_address()
    {
        var ana = await Given.ConfirmedSubscriber(Old);
        await Reader.Subscribes(New);
        await App.RunUntilIdle();
        await AsksAsync(ana, New);
        await Reader.Presses(Smtp.MailFor(New)[^1].Link("/address/").AbsolutePath);
        Assert.That(await AddressAsync(ana), Is.EqualTo(New));
    }

    [Test]
    public async Task A_suppressed_address_is_not_mailed_and_a_stranger_not_often()
    {
        await Given.Suppression("gone@example.org", SuppressionReason.HardBounce);
        var ana = await Given.ConfirmedSubscriber(Old);
        var path = await AsksAsync(ana, "gone@example.org");
        for (var time = 0; time < 5; time++)
            await Reader.Presses(path, ("do", "address"), ("email", $"stranger{time}@example.org"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Count(mail => mail.Recipient.EndsWith("@example.org", StringComparison.Ordinal)),
            Is.EqualTo(2), "what was not mailed counts as well");
    }

    [Test]
    public async Task A_strangers_address_is_mailed_no_oftener_however_many_readers_name_it_and_whatever_they_do_between()
    {
        await using var other = Provider is Provider.Postgres ? NewApp() : null; // SQLite allows only one process
        var said = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            var path = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber($"reader{number}@example.org"));
            said.Add(await AskAsync(number == 0 ? other ?? App : App, path));
            await Reader.Presses(path, ("do", "erase")); // deletes the reader's rows but not the count
        }
        await RunPurgesAsync();
        await RestartAsync();
        var late = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber("late@example.org"));
        said.Add(await AskAsync(App, late));
        Assert.That(said, Has.Count.EqualTo(4).And.All.Contains("sent it an email"), "the last one is told the same");
        Assert.That(Checks(), Is.EqualTo(3));
        await Reader.Subscribes(New);
        await App.RunUntilIdle();
        Assert.That(Checks(), Is.EqualTo(3), "sign-ups count with them");

        Clock.Advance(TimeSpan.FromHours(23));
        await RunPurgesAsync();
        await AskAsync(App, await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber("later@example.org")));
        Assert.That(Checks(), Is.EqualTo(3), "23 hours later");
        Clock.Advance(TimeSpan.FromHours(1));
        await Reader.Subscribes(New);
        await App.RunUntilIdle();
        Assert.That(Checks(), Is.EqualTo(4), "the next day");
        Clock.Advance(TimeSpan.FromDays(1));
        await RunPurgesAsync();
        await using var db = App.OpenDb();
        Assert.That(await db.SignUpTallies.AnyAsync(), Is.False, "nothing of it is kept");
    }

    [Test]
    public async Task Whoever_asks_finds_the_same_afterwards_whether_or_not_a_mail_went_out()
    {
        await Given.Suppression(New, SuppressionReason.Complaint);
        var traces = new List<string>();
        foreach (var (reader, address) in new[] { ("ana@example.com", New), ("bo@example.com", "nobody@example.org") })
        {
            var path = await AsksAsync(await Given.ConfirmedSubscriber(reader), address);
            for (var time = 0; time < 3; time++)
                await Reader.Presses(path, ("do", "address"), ("email", $"{reader[..2]}{time}@example.org"));
            await App.RunUntilIdle();
            var records = await (await Reader.Presses(path, ("do", "json"))).Content.ReadAsStringAsync();
            Assert.That(records, Does.Contain("address.asked"));
            traces.Add(records.Replace(reader, "", StringComparison.Ordinal)
                + Smtp.Mails.Count(mail => mail.Recipient.StartsWith(reader[..2], StringComparison.Ordinal)
                    && mail.Recipient.EndsWith(".org", StringComparison.Ordinal)));
        }
        Assert.That(traces[0], Is.EqualTo(traces[1]));
    }

    [Test]
    public async Task Sign_ups_of_an_address_leave_no_room_for_asking_it()
    {
        for (var time = 0; time < 3; time++)
            await Reader.Subscribes(New);
        var path = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber(Old));
        var held = await AskAsync(App, path);
        Assert.That(Checks(), Is.EqualTo(3));
        Assert.That(held, Is.EqualTo(await AskAsync(App, path, "nobody@example.org")), "the answer does not tell");
        Assert.That(Smtp.MailFor("nobody@example.org"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task In_a_race_a_strangers_address_is_not_mailed_once_too_often()
    {
        await using var other = Provider is Provider.Postgres ? NewApp() : null;
        var paths = new List<string>();
        for (var number = 0; number < 8; number++)
            paths.Add(await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber($"reader{number}@example.org")));
        await Task.WhenAll(paths.Select((path, number) => Task.Run(() => PressAsync(number % 2 == 0 ? App : other ?? App, path, New))));
        await App.RunUntilIdle();
        if (other is not null)
            await other.RunUntilIdle();
        Assert.That(Checks(), Is.EqualTo(3));
    }

    [TestCase("ana@example.com", "address we already have")]
    [TestCase("ANA@Example.COM", "address we already have")]
    [TestCase("no address", "email-fault")]
    public async Task An_address_that_can_not_be_is_refused_beside_its_field(string address, string fault)
    {
        var path = await Reader.OneTimePreferencesPath(await Given.ConfirmedSubscriber(Old));
        var answer = await Reader.Presses(path, ("do", "address"), ("email", address));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(fault).And.Contain($"value=\"{address}\""));
    }

    [Test]
    public async Task The_link_works_for_a_day()
    {
        var ana = await Given.ConfirmedSubscriber(Old);
        await AsksAsync(ana, New);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That((await Reader.Presses(Smtp.MailFor(New).Single().Link("/address/").AbsolutePath)).StatusCode,
            Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(await AddressAsync(ana), Is.EqualTo(Old));
    }

    private async Task<string> AsksAsync(KnownReader reader, string address)
    {
        var path = await Reader.OneTimePreferencesPath(reader);
        (await Reader.Presses(path, ("do", "address"), ("email", address))).EnsureSuccessStatusCode();
        await App.RunUntilIdle();
        return path;
    }

    private int Checks() => Smtp.MailFor(New).Count;

    private static async Task<string> AskAsync(DispatchApp app, string path, string address = New)
    {
        var answer = await PressAsync(app, path, address);
        await app.RunUntilIdle();
        return answer;
    }

    private static async Task<string> PressAsync(DispatchApp app, string path, string address)
    {
        var answer = await app.Http.PostAsync(path, new FormUrlEncodedContent([new("do", "address"), new("email", address)]));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Requests a change to the new address and returns the mailed link.</summary>
    private async Task<string> AddressLinkAsync(KnownReader reader)
    {
        await AsksAsync(reader, New);
        return Smtp.MailFor(New)[^1].Link("/address/").AbsolutePath;
    }

    private async Task<(ChunkRun Run, List<DueDelivery> Due)> LeaseAsync(int issue, string by)
    {
        var due = await App.In<DeliveryLedger, List<DueDelivery>>(async ledger =>
        {
            Assert.That(await ledger.LeaseAsync(issue, 1, by, CancellationToken.None));
            return await ledger.DueAsync(issue, 1, CancellationToken.None);
        });
        return (new ChunkRun(issue, 1, by, await App.Services.GetRequiredService<IssueMessages>().GetAsync(issue), due), due);
    }

    private async Task RunPurgesAsync()
    {
        await App.In<SignUpLimits, bool>(async limits =>
        {
            await limits.PurgeAsync(CancellationToken.None);
            return true;
        });
        await App.In<PurgeExpired, bool>(async purge =>
        {
            await purge.RunAsync(CancellationToken.None);
            return true;
        });
    }

    private async Task<string> AddressAsync(KnownReader reader)
    {
        var ring = App.Services.GetRequiredService<KeyRing>();
        await using var db = App.OpenDb();
        var subscriber = await db.Subscribers.SingleAsync(s => s.Id == reader.SubscriberId);
        var address = subscriber.AddressFrom(ring);
        Assert.That(subscriber.AddressHash, Is.EqualTo(ring.HashOf(EmailAddress.Parse(address.Normalized))), "found by what it is");
        return address.Normalized;
    }
}
