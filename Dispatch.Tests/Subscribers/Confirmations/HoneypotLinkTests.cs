using System.Net;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.Confirmations;

/// <summary>Only robots follow the hidden link. A reader taken for a robot has to press the button a second time.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class HoneypotLinkTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";
    private const string Scanner = "192.0.2.1";
    private const string Elsewhere = "198.51.100.7";

    [Test]
    public async Task The_link_is_first_in_the_HTML_hidden_and_not_in_the_text()
    {
        var (mail, link) = await SignsUpAsync();
        var html = new HtmlParser().ParseDocument(mail.Html);
        var honeypot = html.QuerySelectorAll("a").First(a => a.GetAttribute("href")!.EndsWith("/mail", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(honeypot.GetAttribute("href"), Is.EqualTo($"{link}/mail"));
            Assert.That(honeypot.ParentElement!.GetAttribute("aria-hidden"), Is.EqualTo("true"));
            Assert.That(honeypot.ParentElement!.GetAttribute("style"), Does.Contain("display:none").And.Contain("mso-hide:all"));
            Assert.That(honeypot.GetAttribute("tabindex"), Is.EqualTo("-1"));
            Assert.That(html.QuerySelector("a[href*='/confirm/']"), Is.EqualTo(honeypot), "before the link that people take");
            Assert.That(mail.Links, Has.None.EqualTo(new Uri($"{link}/mail")));
        });
    }

    [Test]
    public async Task A_robot_that_presses_what_it_finds_confirms_nobody([Values("GET", "HEAD")] string look)
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner, look);
        var page = await Presses(link, Scanner);
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("Once more, please").And.Contain("<button"));
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
        await Presses(link, Scanner);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending), "pressed at once again, it is no reader either");
    }

    [Test]
    public async Task A_robot_of_many_addresses_confirms_nobody()
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner);
        Clock.Advance(TimeSpan.FromSeconds(9));
        await Presses(link, Elsewhere);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
    }

    [Test]
    public async Task A_reader_from_another_network_confirms_a_moment_after_the_robot()
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner);
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Presses(link, Elsewhere);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [TestCase("192.0.2.1", "192.0.2.1")]
    [TestCase("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    [TestCase("::ffff:192.0.2.1", "192.0.2.1")]
    public async Task A_reader_who_shares_the_scanners_network_presses_twice(string scanner, string reader)
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, scanner);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Presses(link, reader);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
        Clock.Advance(TimeSpan.FromSeconds(4));
        await Presses(link, reader);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_reader_who_opens_the_mail_later_presses_once()
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner);
        Clock.Advance(TimeSpan.FromMinutes(2));
        await Presses(link, Scanner);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_robot_that_comes_back_is_doubted_anew()
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner);
        await Presses(link, Scanner);
        Clock.Advance(TimeSpan.FromSeconds(30));
        await Follows(link, Scanner);
        await Presses(link, Scanner);
        Assert.That(await StateAsync(), Is.EqualTo(SubscriptionState.Pending));
    }

    [Test]
    public async Task The_network_is_kept_for_two_minutes_and_not_as_it_is()
    {
        var (_, link) = await SignsUpAsync();
        await Follows(link, Scanner);
        await using var db = App.OpenDb();
        var kept = await db.Confirmations.Select(c => c.RobotNetwork).SingleAsync();
        Assert.That(kept, Has.Length.EqualTo(32).And.Not.EquivalentTo(IPAddress.Parse(Scanner).GetAddressBytes()));
        await App.RunAfter(TimeSpan.FromMinutes(2));
        Assert.That(await db.Confirmations.Select(c => c.RobotNetwork).SingleAsync(), Is.Null);
    }

    [Test]
    public async Task The_answer_is_the_same_for_any_token()
    {
        var (_, link) = await SignsUpAsync();
        var known = await App.Http.GetStringAsync($"{link.AbsolutePath}/mail");
        Assert.That(await App.Http.GetStringAsync("/confirm/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/mail"), Is.EqualTo(known));
    }

    private async Task<(ReceivedMail Mail, Uri Link)> SignsUpAsync()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        return (Smtp.MailFor(Ana).Single(), Reader.ConfirmationLink(Ana));
    }

    private Task<HttpResponseMessage> Follows(Uri link, string from, string method = "GET") =>
        SendAsync(new HttpMethod(method), $"{link.AbsolutePath}/mail", from);

    private Task<HttpResponseMessage> Presses(Uri link, string from) => SendAsync(HttpMethod.Post, link.AbsolutePath, from);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string from) =>
        App.Http.SendAsync(new HttpRequestMessage(method, path) { Headers = { { DispatchApp.NetworkHeader, from } } });

    private async Task<SubscriptionState> StateAsync()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.Select(subscription => subscription.State).SingleAsync();
    }
}
