using System.Net;
using System.Net.Http.Json;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Http;

/// <summary>Forwarded headers count only if they come from a configured proxy.</summary>
[TestFixture(Provider.Sqlite)]
public class ProxyTests(Provider provider) : DispatchTest(provider)
{
    private const string Proxy = "10.7.0.2";

    private readonly List<(string Key, string Value)> further = [];

    protected override bool OwnHost => true; // trusted proxies are read once, at startup

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Site:PublicUrl", "https://news.example.org"), ("Site:Proxies", "10.7.0.0/16, 192.0.2.9"),
            ("Subscriptions:PerNetworkPerHour", "3"), .. further];

    [SetUp]
    public void Nothing_further() => further.Clear();

    [Test]
    public async Task With_an_https_PublicUrl_staff_sign_in_through_the_proxy_and_every_cookie_is_secure()
    {
        var link = await App.In<Accounts, AccountOutcome>(
            accounts => accounts.AddAsync("ana@news.test", [StaffRoles.Editor, StaffRoles.Admin], Actor.CommandLine));
        var browser = new DeskBrowser(Client(Proxy, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "198.51.100.7")));
        await browser.OpenAsync(new Uri(((AccountOutcome.Done)link).Link!).AbsolutePath);
        await browser.SubmitAsync("main form", new() { ["Password"] = DeskBrowser.Password });
        await browser.SignInAgainAsync("ana@news.test");
        Assert.That((browser.Path, browser.Status), Is.EqualTo(("/desk", 200)));
        Assert.That(browser.Answer.Headers.GetValues("Strict-Transport-Security").Single(), Is.EqualTo("max-age=31536000"));
        Assert.That(browser.CookiesSet,
            Has.Some.StartsWith("dispatch-desk=").And.Some.StartsWith("dispatch-form=").And.Some.StartsWith("dispatch-notice="));
        Assert.That(browser.CookiesSet, Is.All.Contains("; secure").And.All.Contains("; httponly").And.All.Contains("; samesite="));
    }

    [TestCase(null, null, TestName = "A proxy that says nothing")]
    [TestCase("198.51.100.7", "https", TestName = "A proxy that is not named")]
    public async Task A_staff_page_that_was_not_asked_for_by_https_says_what_is_missing(string? from, string? scheme)
    {
        var client = Client(from ?? Proxy, [.. scheme is null ? [] : new[] { ("X-Forwarded-Proto", scheme) }]);
        foreach (var path in new[] { "/desk/sign-in", "/desk", "/ops", "/desk/password/1/x", "/desk/setup/x" })
        {
            var answer = await client.GetAsync(path);
            Assert.That((int)answer.StatusCode, Is.EqualTo(421), path);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("This page needs https").And.Contain("Site:Proxies"), path);
            Assert.That(answer.Headers.Contains("Strict-Transport-Security"), Is.False, "not over http");
        }
        Assert.That((await client.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK), "readers' pages need no cookie");
    }

    [Test]
    public async Task A_browser_that_came_by_http_is_sent_to_https()
    {
        var answer = await Client(Proxy, ("X-Forwarded-Proto", "http")).GetAsync("/desk/sign-in?returnUrl=%2Fops");
        Assert.That((answer.StatusCode, answer.Headers.Location?.OriginalString),
            Is.EqualTo((HttpStatusCode.Redirect, "https://news.example.org/desk/sign-in?returnUrl=%2Fops")));
    }

    [Test]
    public async Task An_address_with_letters_beyond_ASCII_is_redirected_and_does_not_fail()
    {
        var toHttps = await Client(Proxy, ("X-Forwarded-Proto", "http")).GetAsync("/desk/выпуск?q=%D0%B4");
        Assert.That((toHttps.StatusCode, toHttps.Headers.Location?.OriginalString),
            Is.EqualTo((HttpStatusCode.Redirect, "https://news.example.org/desk/%D0%B2%D1%8B%D0%BF%D1%83%D1%81%D0%BA?q=%D0%B4")));
        var asked = await Client(Proxy, ("X-Forwarded-Proto", "https")).GetAsync("/desk/readers?q=%D0%B4");
        Assert.That(asked.Headers.Location?.OriginalString,
            Does.StartWith("https://news.example.org/desk/sign-in?").And.Matches("^[!-~]+$"));
    }

    [Test]
    public async Task A_forged_network_counts_for_nothing()
    {
        var taken = new List<HttpStatusCode>();
        for (var number = 0; number < 6; number++)
            taken.Add(await SignUpAsync(Client("198.51.100.7", ("X-Forwarded-For", $"203.0.113.{number}")), number));
        Assert.That(taken, Is.EqualTo(new[] { 202, 202, 202, 429, 429, 429 }.Select(status => (HttpStatusCode)status)));
    }

    [Test]
    public async Task Before_a_proxy_each_reader_counts_for_their_own_network_whatever_stands_before_it()
    {
        var taken = new List<HttpStatusCode>();
        for (var number = 0; number < 8; number++)
            // The request passes two trusted proxies.
            taken.Add(
                await SignUpAsync(Client(Proxy, ("X-Forwarded-For", $"203.0.113.{number}, 198.51.100.{number % 2}, 192.0.2.9")), number));
        Assert.That(taken.Count(status => status is HttpStatusCode.Accepted), Is.EqualTo(6), "three for each of two networks");
    }

    [TestCase("Host", "evil.example")]
    [TestCase("X-Forwarded-Host", "evil.example")]
    public async Task A_host_that_is_not_ours_is_refused_and_stands_in_no_answer(string header, string host)
    {
        foreach (var path in new[] { "/desk", "/", "/ops/outbox", "/api/v1/newsletters", "/desk/sign-in" })
        {
            var answer = await Client(Proxy, ("X-Forwarded-Proto", "https"), (header, host)).GetAsync(path);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), path);
            Assert.That($"{answer.Headers}{await answer.Content.ReadAsStringAsync()}", Does.Not.Contain("evil.example"), path);
        }
    }

    [TestCase("localhost:5080"), TestCase("127.0.0.1"), TestCase("[::1]:8080"), TestCase("news.example.org"),
        TestCase("NEWS.example.org:443")]
    public async Task The_sites_own_host_and_loopback_are_answered(string host)
    {
        var client = Client(Proxy, ("X-Forwarded-Proto", "https"), ("Host", host));
        Assert.That((await client.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var desk = await client.GetAsync("/desk");
        Assert.That(desk.Headers.Location!.OriginalString, Is.EqualTo("https://news.example.org/desk/sign-in?returnUrl=%2Fdesk"),
            "never made from Host");
    }

    [Test]
    public async Task Health_checks_and_hosts_that_are_allowed_by_name_are_answered()
    {
        further.Add(("AllowedHosts", "news.example.org;api;10.1.1.1"));
        Assert.That((await Client(Proxy, ("Host", "api:8080")).GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Client("10.1.1.9", ("Host", "10.1.1.1")).GetAsync("/health/live")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task<HttpStatusCode> SignUpAsync(HttpClient client, int number) =>
        (await client.PostAsync("/api/v1/subscriptions", JsonContent.Create(new { email = $"reader{number}@readers.test" }))).StatusCode;

    [TestCase("//evil.example")]
    [TestCase("/evil")]
    [TestCase("/a//b")]
    [TestCase("/\\evil.example")]
    public async Task A_prefix_that_a_visitor_makes_up_is_on_nobody_elses_page(string prefix)
    {
        foreach (var path in new[] { "/", "/newsletters/china-in-eurasia", "/newsletters/china-in-eurasia/archive", "/privacy" })
            for (var time = 0; time < 2; time++)
            {
                var own = await Client(Proxy, ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", prefix)).GetStringAsync(path);
                Assert.That(own, Does.Not.Contain("//evil"), "no link leads to another host");
                Assert.That(await Client(Proxy, ("X-Forwarded-Proto", "https")).GetStringAsync(path), Does.Not.Contain("evil"), path);
            }
    }

    private HttpClient Client(string from, params (string Name, string Value)[] headers)
    {
        var client = App.NewClient();
        client.DefaultRequestHeaders.Add(DispatchApp.NetworkHeader, from);
        foreach (var (name, value) in headers)
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }
}
