using System.Net;
using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SignUpLimitsTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Subscriptions:PerNetworkPerHour", "4"), ("Subscriptions:PerHour", "6")];

    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7", Description = "IPv4 as a dual-stack socket shows it")]
    [TestCase("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::", Description = "one household has a whole /64")]
    [TestCase("2001:db8:1:3::1", "2001:db8:1:3::")]
    public void A_network_is_what_one_household_has(string address, string network) =>
        Assert.That(SignUpLimits.NetworkOf(IPAddress.Parse(address)), Is.EqualTo(IPAddress.Parse(network)));

    [Test]
    public async Task A_networks_limit_holds_across_processes_and_restarts()
    {
        await using var other = Provider is Provider.Postgres ? NewApp() : null; // SQLite allows only one process
        for (var number = 0; number < 2; number++)
            Assert.That(await AskAsync(other ?? App, $"reader{number}@example.com", "2001:db8:1:2::1"), Is.EqualTo(202));
        for (var number = 2; number < 4; number++)
            Assert.That(await AskAsync(App, $"reader{number}@example.com", "2001:db8:1:2::2"), Is.EqualTo(202));
        Assert.That(await AskAsync(App, "reader5@example.com", "2001:db8:1:2::3"), Is.EqualTo(429));
        await RestartAsync();
        Assert.That(await AskAsync(App, "reader5@example.com", "2001:db8:1:2::3"), Is.EqualTo(429), "after a restart");
        Assert.That(await AskAsync(App, "reader5@example.com", "2001:db8:1:3::3"), Is.EqualTo(202), "from the house next door");
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await AskAsync(App, "reader5@example.com", "2001:db8:1:2::3"), Is.EqualTo(202), "an hour later");
    }

    [Test]
    public async Task A_rented_servers_many_networks_together_send_as_much_as_five()
    {
        var taken = 0;
        for (var network = 0; network < 40; network++)
            if (await TakeAsync($"2001:db8:77:{network:x}::1", 4) is null)
                taken++;
        Assert.That(taken, Is.EqualTo(5));
        Assert.That(await TakeAsync("2001:db8:78::1", 1), Is.Null, "the /48 next door");

        Task<TimeSpan?> TakeAsync(string from, int weight) =>
            App.In<SignUpLimits, TimeSpan?>(limits => limits.TakeAsync(IPAddress.Parse(from), weight, CancellationToken.None));
    }

    [Test]
    public async Task All_together_have_a_limit_too_and_are_told_when_to_come_again()
    {
        for (var number = 0; number < 6; number++)
            Assert.That(await AskAsync(App, $"reader{number}@example.com", $"192.0.2.{number}"), Is.EqualTo(202));
        Clock.Advance(TimeSpan.FromMinutes(50));
        var answer = await SendAsync(App, "late@example.com", "192.0.2.99");
        Assert.That((answer.StatusCode, answer.Headers.RetryAfter!.Delta),
            Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromMinutes(10))));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task The_overall_limit_counts_known_addresses_too_or_it_would_tell_who_is_known()
    {
        await Given.ConfirmedSubscriber("known@example.com");
        for (var number = 0; number < 6; number++)
            await AskAsync(App, "known@example.com", $"192.0.2.{number}");
        Assert.That(await AskAsync(App, "new@example.com", "192.0.2.99"), Is.EqualTo(429));
    }

    [Test]
    public async Task In_a_race_not_one_too_many_gets_in()
    {
        await using var other = Provider is Provider.Postgres ? NewApp() : null;
        var (one, another) = (App, other ?? App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(number => Task.Run(() => AskAsync(number % 2 == 0 ? one : another, $"reader{number}@example.com", "192.0.2.7"))));
        Assert.That(answers.Count(status => status == 202), Is.EqualTo(4));
    }

    [Test]
    public async Task Of_a_network_only_a_hash_is_kept_which_is_another_the_next_day_and_gone_after_its_hour()
    {
        await AskAsync(App, "reader1@example.com", "192.0.2.7");
        var today = await KeysAsync();
        Assert.That(today.Any(key => key.AsSpan().IndexOf(IPAddress.Parse("192.0.2.7").GetAddressBytes()) >= 0
            || Encoding.ASCII.GetString(key).Contains("192", StringComparison.Ordinal)), Is.False);
        Clock.Advance(TimeSpan.FromMinutes(61));
        await PurgeAsync();
        Assert.That(await KeysAsync(), Has.Count.EqualTo(1), "how often the address was mailed is kept for a day");
        Clock.Advance(TimeSpan.FromHours(23));
        await PurgeAsync();
        Assert.That(await KeysAsync(), Is.Empty);
        await AskAsync(App, "reader2@example.com", "192.0.2.7");
        Assert.That((await KeysAsync()).Select(Convert.ToHexString).Intersect(today.Select(Convert.ToHexString))
            .Select(hex => hex.Length), Is.All.LessThan(64), "no network's key is the same");
    }

    private Task<bool> PurgeAsync() => App.In<SignUpLimits, bool>(async limits =>
    {
        await limits.PurgeAsync(CancellationToken.None);
        return true;
    });

    private static async Task<int> AskAsync(DispatchApp app, string address, string from) =>
        (int)(await SendAsync(app, address, from)).StatusCode;

    private static async Task<HttpResponseMessage> SendAsync(DispatchApp app, string address, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/subscriptions")
        {
            Content = new StringContent($$"""{"email":"{{address}}"}""", Encoding.UTF8, "application/json")
        };
        request.Headers.Add(DispatchApp.NetworkHeader, from);
        return await app.Http.SendAsync(request);
    }

    private async Task<List<byte[]>> KeysAsync()
    {
        await using var db = App.OpenDb();
        return await db.SignUpTallies.Select(tally => tally.Key).ToListAsync();
    }
}

/// <summary>A limit per address so high that it does not limit, such as for a load run.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnlimitedAddressTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@readers.test";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:PerAddressPerDay", "1000000")];

    [Test]
    public async Task An_address_that_may_be_mailed_a_million_times_a_day_can_sign_up()
    {
        for (var number = 0; number < 20; number++)
            await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(20));
    }
}
