using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Ops;

[TestFixture(Provider.Sqlite)]
public partial class OutboxTests(Provider provider) : DispatchTest(provider)
{
    private readonly List<(string Key, string Value)> further = [];

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Mail:Relays:0:Url", "pickup:outbox"), .. further];

    [Test]
    public async Task Without_a_mail_server_no_page_lets_anybody_believe_that_an_issue_has_reached_its_readers()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops, StaffRoles.Editor);
        foreach (var page in new[] { "/desk", $"/desk/issues/{issue}", "/ops" })
        {
            await desk.OpenAsync(page);
            Assert.That(desk.Text, Does.Contain("No mail server is set up"), page);
        }
    }

    [Test]
    public async Task In_Development_whoever_sits_at_the_machine_reads_the_mail()
    {
        var name = await ConfirmationMailAsync();
        Assert.That(await App.Http.GetStringAsync("/ops/outbox"),
            Does.Contain("ana@readers.test").And.Contain($"href=\"/ops/outbox/{name}\" dir=\"auto\""),
            "a subject goes its own way");
        Assert.That(await App.Http.GetStringAsync($"/ops/outbox/{name}"), Does.Contain($"src=\"/ops/outbox/{name}/html\"").And.Contain(
            "sandbox=\"allow-same-origin allow-popups allow-popups-to-escape-sandbox\"").And.Contain("Message-ID")
            .And.Contain("<h1 dir=\"auto\">"));
        Assert.That(await App.Http.GetStringAsync($"/ops/outbox/{name}?view=text"), Does.Contain("/confirm/"));
        Assert.That(await App.Http.GetStringAsync($"/ops/outbox/{name}?view=source"), Does.Contain("MIME-Version: 1.0"));
        Assert.That(await App.Http.GetStringAsync($"/ops/outbox/{name}/file"),
            Is.EqualTo(await File.ReadAllTextAsync(Folder[$"outbox/{name}"])));
    }

    [TestCase("X-Forwarded-For", "127.0.0.1", TestName = "It came by a proxy")]
    [TestCase("X-Original-For", "127.0.0.1", TestName = "It came by a proxy, whose header the framework took in")]
    [TestCase("Forwarded", "for=127.0.0.1", TestName = "It came by a proxy that speaks RFC 7239")]
    [TestCase(DispatchApp.NetworkHeader, "192.0.2.7", TestName = "It came from another machine")]
    public async Task Whoever_is_not_surely_at_the_machine_must_sign_in(string header, string value)
    {
        var name = await ConfirmationMailAsync();
        foreach (var path in new[] { "/ops/outbox", $"/ops/outbox/{name}", $"/ops/outbox/{name}/html", $"/ops/outbox/{name}/file" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            var answer = await App.Http.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), path);
            Assert.That(answer.Headers.Location!.PathAndQuery, Does.StartWith("/desk/sign-in?returnUrl="), path);
        }
    }

    [Test]
    public async Task A_page_from_elsewhere_whose_name_was_pointed_at_this_machine_reads_nothing()
    {
        foreach (var path in new[] { "/ops/outbox", $"/ops/outbox/{await ConfirmationMailAsync()}/html" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = "evil.example";
            Assert.That((await App.Http.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), path);
        }
    }

    [Test]
    public async Task In_Production_it_is_for_ops_alone()
    {
        further.Add(("environment", "Production"));
        var name = await ConfirmationMailAsync();
        Assert.That((await App.Http.GetAsync("/ops/outbox")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That((await App.Http.GetAsync($"/ops/outbox/{name}/html")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That((await (await SignedIn.As(App)).GetAsync("/ops/outbox")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        foreach (var role in new[] { StaffRoles.Correspondent, StaffRoles.Editor, StaffRoles.Admin })
            foreach (var path in new[] { "/ops/outbox", $"/ops/outbox/{name}", $"/ops/outbox/{name}/html", $"/ops/outbox/{name}/file" })
                Assert.That((await (await SignedIn.As(App, role)).GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden),
                    $"{role} {path}");
        Assert.That(await (await SignedIn.As(App, StaffRoles.Ops)).GetStringAsync("/ops/outbox"), Does.Contain("ana@readers.test"));
    }

    [Test]
    public async Task A_test_email_that_is_only_written_to_the_outbox_says_so()
    {
        var issue = await Given.Draft();
        var done = (TestMailOutcome.Done)await App.In<TestMail, TestMailOutcome>(test =>
            test.SendAsync(issue, [EmailAddress.Parse("ana@news.test")], Actor.CommandLine));
        Assert.That(done.Answers.Single().Says, Is.EqualTo("Not emailed: written to the outbox folder. Ops can see it at /ops/outbox."));
    }

    [Test]
    public async Task In_Development_whoever_is_signed_in_goes_by_their_role()
    {
        await ConfirmationMailAsync();
        var writer = await DeskBrowser.SignedInAsync(App);
        Assert.That((await writer.GetAsync("/ops/outbox")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        await writer.OpenAsync("/ops");
        Assert.That(writer.Page.QuerySelector("a[href='/ops/outbox']"), Is.Null, "no link leads to what is not theirs");
    }

    [Test]
    public async Task A_mail_in_its_frame_runs_nothing_and_loads_nothing_from_elsewhere()
    {
        var answer = await App.Http.GetAsync($"/ops/outbox/{await ConfirmationMailAsync()}/html");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.Contain("default-src 'none'").And.Contain("sandbox ").And.Contain(
            "form-action 'none'").And.Not.Contain("script").And.Not.Contain("allow-scripts").And.Not.Contain("allow-forms"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<base target=\"_blank\">"), "a link leaves the frame");
    }

    [Test]
    public async Task Nothing_but_the_mails_that_Dispatch_wrote_can_be_read()
    {
        var name = await ConfirmationMailAsync();
        await File.WriteAllTextAsync(Folder["outbox/notes.eml"], "Subject: no mail of ours\r\n\r\n");
        File.CreateSymbolicLink(Folder["outbox/20261124T090000000-000001-0123456789abcdef0123456789abcdef.eml"],
            Folder["keys/readers.json"]);
        string[] names =
        [
            "notes.eml", "..%2Fdispatch.db", "..%2Fkeys%2Freaders.json", "%2e%2e%2fkeys%2freaders.json",
                $"..%2Foutbox%2F{name}", $"%2Fetc%2Fpasswd", $"{name}%0a", $".{name}.part",
            "20261124T090000000-000001-0123456789abcdef0123456789abcdef.eml",
            "20261124T090000000-000001-ffffffffffffffffffffffffffffffff.eml",
        ];
        foreach (var other in names)
            foreach (var handler in new[] { "", "/html", "/file" })
                Assert.That((int)(await App.Http.GetAsync($"/ops/outbox/{other}{handler}")).StatusCode,
                    Is.EqualTo(404).Or.EqualTo(400), other + handler);
        Assert.That((await App.Http.GetAsync("/ops/outbox?before=..%2Fx")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await App.Http.GetStringAsync("/ops/outbox"), Does.Not.Contain("no mail of ours"));
    }

    [Test]
    public async Task Many_mails_are_paged_from_the_newest_to_the_oldest()
    {
        var written = Enumerable.Range(0, 60)
            .Select(number => $"20261124T0900{number:00}000-{number:000000}-{Guid.NewGuid():N}.eml").ToList();
        Directory.CreateDirectory(Folder["outbox"]);
        foreach (var name in written)
            await File.WriteAllTextAsync(Folder[$"outbox/{name}"], $"To: ana@readers.test\r\nSubject: Mail {name[..18]}\r\n\r\nText\r\n");
        var (seen, next, pages) = (new List<string>(), "/ops/outbox", 0);
        while (next is not null)
        {
            var page = await App.Http.GetStringAsync(next);
            seen.AddRange(Link().Matches(page).Select(link => link.Groups[1].Value));
            next = Older().Match(page) is { Success: true } older ? older.Groups[1].Value : null;
            pages++;
        }
        Assert.That(seen, Is.EqualTo(Enumerable.Reverse(written)));
        Assert.That(pages, Is.EqualTo(3));
    }

    [Test]
    public async Task Without_a_pickup_relay_it_says_so()
    {
        further.Add(("Mail:Relays:0:Url", Smtp.Url));
        Assert.That(await App.Http.GetStringAsync("/ops/outbox"), Does.Contain("There is no outbox"));
    }

    private async Task<string> ConfirmationMailAsync()
    {
        (await Reader.Subscribes("ana@readers.test")).EnsureSuccessStatusCode();
        await App.RunUntilIdle();
        return Path.GetFileName(Directory.GetFiles(Folder["outbox"], "*.eml").Single());
    }

    [GeneratedRegex("href=\"/ops/outbox/([^\"?]+\\.eml)\"")]
    private static partial Regex Link();

    [GeneratedRegex("href=\"(/ops/outbox\\?before=[^\"]+)\"")]
    private static partial Regex Older();
}
