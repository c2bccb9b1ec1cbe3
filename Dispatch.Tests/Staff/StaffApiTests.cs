using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Staff;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StaffApiTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_admin_adds_somebody_who_sets_a_password_by_the_link()
    {
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        var added = (await api.Post("/staff", new { email = "Ana@News.test", roles = new[] { "correspondent", "ops" } })).Is(201);
        var browser = new DeskBrowser(App.NewClient());
        await browser.OpenAsync(new Uri(added["passwordLink"].GetString()!).AbsolutePath);
        await browser.SubmitAsync("main form", new() { ["Password"] = DeskBrowser.Password });
        await browser.SignInAgainAsync("ana@news.test");
        Assert.That(browser.Path, Is.EqualTo("/desk"));
        var listed = (await api.Get("/staff")).Is(200).Items.Single();
        Assert.That(listed.GetProperty("roles").EnumerateArray().Select(role => role.GetString()),
            Is.EqualTo(new[] { "correspondent", "ops" }));
        Assert.That(listed.GetProperty("lastSignInAt").GetDateTimeOffset(), Is.EqualTo(Start));
        Assert.That((listed.GetProperty("hasPassword").GetBoolean(), listed.GetProperty("sessions").GetInt32()), Is.EqualTo((true, 1)));
        Assert.That((await api.Post("/staff", new { email = "ana@news.test", roles = new[] { "ops" } })).Is(200)["passwordLink"]
            .GetString(), Does.Contain("/desk/password/"));
    }

    [Test]
    public async Task A_removed_members_sessions_and_tokens_end_at_once()
    {
        var ana = await DeskBrowser.SignedInAsync(App, "ana@news.test", StaffRoles.Admin, StaffRoles.Editor);
        await ana.OpenAsync("/ops/staff");
        await ana.Choose("#token", "Role", "editor").SubmitAsync("#token", new() { ["Name"] = "website" });
        var website = new ApiCaller(App.Http, ana.Page.QuerySelector(".notice.good code")!.TextContent);
        (await website.Get("/newsletters")).Is(200);
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        await DeskBrowser.SignedInAsync(App, "ben@news.test", StaffRoles.Admin);
        (await api.Delete($"/staff/{await IdAsync("ana@news.test")}")).Is(204);
        Assert.That((await ana.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        (await website.Get("/newsletters")).Why(401);
        Assert.That((await api.Get("/tokens")).Items.Select(token => token.GetProperty("name").GetString()), Has.None.EqualTo("website"));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Select(entry => entry.Action).ToListAsync(),
            Has.Some.EqualTo("staff.removed").And.Some.EqualTo("token.revoked"));
    }

    [Test]
    public async Task The_last_admin_stays_and_nobody_removes_themselves()
    {
        var ana = await DeskBrowser.SignedInAsync(App, "ana@news.test", StaffRoles.Admin, StaffRoles.Editor);
        var (api, id) = (await ApiCaller.With(App, StaffRoles.Admin), await IdAsync("ana@news.test"));
        Assert.That((await api.Delete($"/staff/{id}")).Why(409), Does.Contain("last admin"));
        Assert.That((await api.Put($"/staff/{id}", new { roles = new[] { "editor" } })).Why(409), Does.Contain("last admin"));
        await DeskBrowser.SignedInAsync(App, "ben@news.test", StaffRoles.Admin);
        Assert.That(await App.In<Accounts, AccountOutcome>(accounts => accounts.RemoveAsync(id, Actor.Staff(id))),
            Is.InstanceOf<AccountOutcome.Refused>());
        Assert.That((await api.Put($"/staff/{id}", new { roles = new[] { "editor" } })).Is(200)["roles"].GetArrayLength(), Is.EqualTo(1));
        Assert.That((await ana.GetAsync("/ops/staff")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        (await api.Delete("/staff/999")).Why(404);
    }

    [Test]
    public async Task Two_admins_who_remove_each_other_at_once_leave_one()
    {
        foreach (var email in new[] { "ana@news.test", "ben@news.test" })
            await App.In<Accounts, AccountOutcome>(accounts => accounts.AddAsync(email, [StaffRoles.Admin], Actor.CommandLine));
        var (ana, ben) = (await IdAsync("ana@news.test"), await IdAsync("ben@news.test"));
        var outcomes = await Task.WhenAll(
            Task.Run(() => App.In<Accounts, AccountOutcome>(accounts => accounts.RemoveAsync(ana, Actor.Staff(ben)))),
            Task.Run(() => App.In<Accounts, AccountOutcome>(accounts => accounts.RemoveAsync(ben, Actor.Staff(ana)))));
        Assert.That(outcomes.Count(outcome => outcome is AccountOutcome.Done), Is.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.Users.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_lasts_a_year_shows_when_it_was_used_and_is_revoked()
    {
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        var made = (await api.Post("/tokens", new { name = "website", role = "ops" })).Is(201);
        Assert.That(made["expiresAt"].GetDateTimeOffset(), Is.EqualTo(Start.AddDays(365)));
        var website = new ApiCaller(App.Http, made["token"].GetString());
        Assert.That(await ListedAsync(api, "website", "lastUsedAt"), Is.Null);
        (await website.Get("/audit")).Is(200);
        Assert.That(await ListedAsync(api, "website", "lastUsedAt"), Is.EqualTo(Start));
        Clock.Advance(TimeSpan.FromHours(3));
        (await website.Get("/audit")).Is(200);
        Assert.That(await ListedAsync(api, "website", "lastUsedAt"), Is.EqualTo(Start.AddHours(3)));
        Assert.That((await api.Get("/tokens")).Text, Does.Not.Contain(made["token"].GetString()!), "it is told once");
        (await api.Delete($"/tokens/{made["id"].GetInt32()}")).Is(204);
        (await website.Get("/audit")).Why(401);
        (await api.Delete($"/tokens/{made["id"].GetInt32()}")).Why(404);
    }

    [Test]
    public async Task A_token_that_has_expired_opens_nothing()
    {
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        var website = new ApiCaller(App.Http, (await api.Post("/tokens", new { name = "website", role = "ops", expiresInDays = 2 }))
            .Is(201)["token"].GetString());
        Clock.Advance(TimeSpan.FromDays(1.9));
        (await website.Get("/audit")).Is(200);
        Clock.Advance(TimeSpan.FromDays(0.2));
        (await website.Get("/audit")).Why(401);
    }

    [TestCase("{\"name\":\"\",\"role\":\"ops\"}", "name")]
    [TestCase("{\"name\":\"web\\tsite\",\"role\":\"ops\"}", "name")]
    [TestCase("{\"name\":\"website\",\"role\":\"owner\"}", "role")]
    [TestCase("{\"name\":\"website\",\"role\":\"ops\",\"expiresInDays\":0}", "expiresInDays")]
    [TestCase("{\"name\":\"website\",\"role\":\"ops\",\"expiresInDays\":3651}", "expiresInDays")]
    [TestCase("{\"name\":\"taken\",\"role\":\"ops\"}", "name")]
    public async Task A_token_that_can_not_be_made_is_told_by_field(string body, string field)
    {
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        (await api.Post("/tokens", new { name = "taken", role = "editor" })).Is(201);
        var answer = await api.Send(HttpMethod.Post, "/tokens", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.That(answer.WrongFields(), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task What_is_kept_under_an_idempotency_key_holds_no_token_and_no_link()
    {
        var api = await ApiCaller.With(App, StaffRoles.Admin);
        var (token, again) = (await api.Post("/tokens", new { name = "website", role = "ops" }, "one"),
            await api.Post("/tokens", new { name = "website", role = "ops" }, "one"));
        Assert.That((token.Is(201)["token"].GetString(), again.Is(201)["token"].GetString(), again.IsReplay),
            Is.EqualTo((token["token"].GetString(), (string?)null, true)));
        var link = (await api.Post("/staff", new { email = "ana@news.test", roles = new[] { "ops" } }, "two")).Is(201);
        await using var db = App.OpenDb();
        foreach (var kept in await db.KeyedRequests.ToListAsync())
            Assert.That(System.Text.Encoding.UTF8.GetString(kept.Body ?? []),
                Does.Not.Contain(token["token"].GetString()!).And.Not.Contain(link["passwordLink"].GetString()!));
    }

    private static async Task<DateTimeOffset?> ListedAsync(ApiCaller api, string name, string field)
    {
        var value = (await api.Get("/tokens")).Items.Single(token => token.GetProperty("name").GetString() == name).GetProperty(field);
        return value.ValueKind is System.Text.Json.JsonValueKind.Null ? null : value.GetDateTimeOffset();
    }

    private async Task<int> IdAsync(string email) => (await App.In<Accounts, int?>(accounts => accounts.IdOfAsync(email)))!.Value;
}
