using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Hosting;

/// <summary>The verbs <c>staff</c> and <c>token</c>, while the service is running.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StaffVerbsTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Staff_are_listed_given_another_role_and_removed()
    {
        var ana = await DeskBrowser.SignedInAsync(App, "ana@news.test");
        await App.In<Accounts, AccountOutcome>(
            accounts => accounts.AddAsync("ben@news.test", [StaffRoles.Admin, StaffRoles.Ops], Actor.CommandLine));
        Assert.That(await Typed.PrintsAsync(Line("staff", "list")), Is.EqualTo(new[]
        {
            "email\troles\tlast sign-in\tsessions\ttokens", "ana@news.test\tcorrespondent\t2026-11-24 09:00Z\t1\t0",
                "ben@news.test\tops,admin\tno password yet\t0\t0",
        }));
        Assert.That(await Typed.PrintsAsync(Line("staff", "role", "Ana@News.test", "ops")),
            Is.EqualTo(new[] { "Ana@News.test is now ops." }));
        Assert.That((await ana.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        await Typed.PrintsAsync(Line("staff", "remove", "ana@news.test"));
        Assert.That((await ana.GetAsync("/ops")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await Typed.RunAsync(Line("staff", "remove", "ana@news.test")),
            Is.EqualTo((1, "ana@news.test has no account. Run staff list to see who has.")));
        Assert.That((await Typed.RunAsync(Line("staff", "remove", "ben@news.test"))).Said, Does.Contain("last admin"));
        Assert.That((await Typed.RunAsync(Line("staff", "role", "ben@news.test", "owner"))).Exit, Is.EqualTo(2));
    }

    [Test]
    public async Task Tokens_are_listed_with_their_last_use_and_revoked_by_name()
    {
        var token = (await Typed.PrintsAsync(Line("token", "create", "website", "--role", "editor"))).Single();
        var api = new ApiCaller(App.Http, token);
        (await api.Get("/newsletters")).Is(200);
        var listed = (await Typed.PrintsAsync(Line("token", "list")))[1].Split('\t');
        Assert.That(listed[..2], Is.EqualTo(new[] { "website", "editor" }));
        Assert.That(listed[3], Is.EqualTo("2026-11-24 09:00Z"));
        Assert.That(DateTimeOffset.Parse(listed[4], null) - DateTimeOffset.Parse(listed[2], null), Is.EqualTo(TimeSpan.FromDays(365)),
            "without --expires");
        Assert.That((await Typed.RunAsync(Line("token", "create", "website", "--role", "ops"))).Said,
            Does.Contain("A token named website already exists"));
        await Typed.PrintsAsync(Line("token", "revoke", "website"));
        (await api.Get("/newsletters")).Why(401);
        Assert.That(await Typed.RunAsync(Line("token", "revoke", "website")),
            Is.EqualTo((1, "There is no token named website. Run token list to see them.")));
        Assert.That((await Typed.RunAsync(Line("token", "create", "website", "--role", "ops", "--expires", "4000"))).Exit, Is.EqualTo(2));
    }

    [Test]
    public async Task The_first_account_is_an_admin()
    {
        var link = await App.In<FirstAccount, string?>(first => first.LinkAsync());
        var desk = new DeskBrowser(App.NewClient());
        await desk.OpenAsync(new Uri(link!).AbsolutePath);
        await desk.SubmitAsync("main form", new() { ["Email"] = "first@news.test", ["Password"] = DeskBrowser.Password });
        await desk.OpenAsync("/ops/staff");
        Assert.That((desk.Status, desk.Page.QuerySelector("#add") is not null), Is.EqualTo((200, true)));
    }

    private string[] Line(params string[] words) => [.. words, .. ProcessSettings().Select(setting => $"--{setting.Key}={setting.Value}")];
}
