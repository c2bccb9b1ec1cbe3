using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Settings;

namespace Dispatch.Tests.Http;

/// <summary>A site under a path of its host, which a proxy passes on or strips.</summary>
[TestFixture(Provider.Sqlite)]
public partial class PublicPathTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/letters";

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Site:PublicUrl", "http://localhost/letters/"), ("Newsletters:0:Color", "#0a5c36")];

    private static readonly string[] Pages = ["/", "", "/newsletters/china-in-eurasia", "/newsletters/china-in-eurasia?lang=ru",
        "/newsletters/china-in-eurasia/archive", "/newsletters/china-in-eurasia/search?q=road", "/newsletters/china-in-eurasia/embed",
        "/newsletters/china-in-eurasia/issues/steppe", "/newsletters/china-in-eurasia/authors/ana-novak", "/newsletters/nonesuch",
        "/privacy", "/subscribe", "/desk/sign-in", "/confirm/nonesuch", "/unsubscribe/nonesuch"];

    [Test]
    public async Task Each_page_is_the_same_with_the_path_and_without_and_all_its_links_have_it()
    {
        await SendAsync();
        foreach (var path in Pages)
        {
            var (passedOn, stripped) = (await App.Http.GetAsync(Home + path), await App.Http.GetAsync(path.Length == 0 ? "/" : path));
            var html = await passedOn.Content.ReadAsStringAsync();
            Assert.That(stripped.StatusCode, Is.EqualTo(passedOn.StatusCode), path);
            Assert.That(Varying().Replace(await stripped.Content.ReadAsStringAsync(), ""), Is.EqualTo(Varying().Replace(html, "")), path);
            var page = new HtmlParser().ParseDocument(html);
            var addresses = page.QuerySelectorAll("[href], [src], [action], [formaction]").SelectMany(element =>
                new[] { "href", "src", "action", "formaction" }.Select(element.GetAttribute)).OfType<string>()
                .Where(address => address.Length > 0 && address[0] is not ('#' or '?') && !IsElsewhere().IsMatch(address)).ToList();
            Assert.That(addresses, Is.Not.Empty, path);
            Assert.That(addresses.Where(address => !UnderPath().IsMatch(address)), Is.Empty, path);
            foreach (var address in addresses.Where(address => address.StartsWith('/') && Asset().IsMatch(address)))
                Assert.That((await App.Http.GetAsync(address)).IsSuccessStatusCode, address);
            if (page.QuerySelector("link[rel=canonical]") is { } link)
                Assert.That(link.GetAttribute("href"), Does.StartWith($"http://localhost{Home}/"), path);
        }
    }

    [Test]
    public async Task The_whole_way_of_a_reader_works_under_it()
    {
        await Reader.Subscribes("ana@readers.test");
        await App.RunUntilIdle();
        var link = Smtp.MailFor("ana@readers.test").Single().Links.First(found => found.AbsolutePath.Contains("/confirm/"));
        Assert.That(link.AbsoluteUri, Does.StartWith($"http://localhost{Home}/confirm/"));
        Assert.That((int)(await App.Http.PostAsync(link.AbsolutePath, new FormUrlEncodedContent([]))).StatusCode, Is.EqualTo(200));
        await SendAsync();
        await App.RunUntilIdle();
        var mail = Smtp.MailFor("ana@readers.test")[^1];
        Assert.That(mail.AllLinks.Where(url => url.Host == "localhost").Select(url => url.AbsolutePath), Has.All.StartsWith($"{Home}/"));
        Assert.That(mail.UnsubscribeLink.AbsolutePath, Does.StartWith($"{Home}/unsubscribe/"));
        Assert.That((int)(await App.Http.PostAsync(mail.UnsubscribeLink.AbsolutePath,
            new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task Redirects_have_it()
    {
        foreach (var (path, location) in new[] { ("/rss", "/letters/newsletters/china-in-eurasia/feed.xml"),
            ("/desk", "http://localhost/letters/desk/sign-in?returnUrl=%2Fletters%2Fdesk") })
            foreach (var asked in new[] { path, Home + path })
                Assert.That((await App.Http.GetAsync(asked)).Headers.Location?.OriginalString, Is.EqualTo(location), asked);
    }

    [Test]
    public async Task Staff_sign_in_and_work_under_it_and_cookies_are_for_it_alone()
    {
        var issue = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        Assert.That(desk.CookiesSet, Is.Not.Empty.And.All.Contain("path=/letters").IgnoreCase);
        await desk.OpenAsync($"{Home}/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Typed under the path." }, "Save");
        Assert.That((desk.Path, (await App.Issue(issue)).Body), Is.EqualTo(($"{Home}/desk/issues/{issue}", "Typed under the path.")));
        Assert.That(desk.Page.QuerySelector("#editor")!.GetAttribute("data-watch"), Does.StartWith($"{Home}/desk/issues/{issue}/watch"));
    }

    [Test]
    public async Task Feeds_sitemaps_and_robots_name_it()
    {
        await SendAsync();
        const string newsletter = "/newsletters/china-in-eurasia";
        foreach (var path in new[] { $"{newsletter}/feed.xml", $"{newsletter}/feed.json", "/sitemap.xml", "/robots.txt" })
        {
            var text = await App.Http.GetStringAsync(Home + path);
            Assert.That(Regex.Matches(text, "http://localhost[^\"<\\s]*").Select(url => url.Value),
                Has.All.StartsWith("http://localhost/letters"), path);
        }
    }

    [TestCase("https://news.example.org/letters", null)]
    [TestCase("https://news.example.org/a/b/", null)]
    [TestCase("https://news.example.org", null)]
    [TestCase("https://news.example.org/newsletters", "Dispatch uses that path itself")]
    [TestCase("https://news.example.org/desk/x", "Dispatch uses that path itself")]
    [TestCase("https://news.example.org/?x=1", "use an absolute http or https address")]
    public void A_path_is_refused_only_where_it_is_ours(string url, string? why) => Assert.That(
        string.Join('\n', new SiteSettings { PublicUrl = url }.Faults()), why is null ? Is.Empty : Does.Contain(why));

    private async Task SendAsync()
    {
        var api = await ApiCaller.With(App);
        var issue = (await api.Post("/newsletters/china-in-eurasia/issues", new
        {
            subject = "From the steppe",
            slug = "steppe",
            byline = "Ana Novak",
            body = "A [road](https://example.org/a) is being built.\n\n![A road](photos/border.jpg)",
        })).Is(201)["id"].GetInt32();
        await api.AddPicture(issue, shade: 1);
        (await api.Post($"/issues/{issue}/send")).Is(200);
        await App.RunAfter(TimeSpan.FromMinutes(2));
    }

    [GeneratedRegex("name=\"shown\" value=\"[^\"]*\"|name=\"__RequestVerificationToken\"[^>]*|returnUrl=[^\"]*")]
    private static partial Regex Varying();

    [GeneratedRegex("^(?:mailto:|https://example\\.org/)")]
    private static partial Regex IsElsewhere();

    [GeneratedRegex("^(?:http://localhost)?/letters(?:/(?!letters/)|$)")]
    private static partial Regex UnderPath();

    [GeneratedRegex("\\.(?:css|js|svg|png|ico|jpg|webp)(?:\\?|$)")]
    private static partial Regex Asset();
}
