using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Staff;

/// <summary>The page <c>/ops/staff</c>, where only admins can make changes.</summary>
[TestFixture(Provider.Sqlite)]
public class StaffPageTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_admin_adds_somebody_and_is_shown_the_link_once()
    {
        var admin = await AdminAsync();
        await admin.Choose("#add", "Roles", "editor").SubmitAsync("#add", new() { ["Email"] = "ben@news.test" });
        var link = admin.Page.QuerySelector(".notice.good code")!.TextContent;
        Assert.That(admin.Text, Does.Contain("Send this link to ben@news.test").And.Contain("no password yet"));
        var ben = new DeskBrowser(App.NewClient());
        await (await ben.OpenAsync(new Uri(link).AbsolutePath)).SubmitAsync("main form", new() { ["Password"] = DeskBrowser.Password });
        await ben.SignInAgainAsync("ben@news.test");
        Assert.That(ben.Path, Is.EqualTo("/desk"));
        await admin.OpenAsync("/ops/staff");
        Assert.That(admin.Text, Does.Not.Contain(link).And.Not.Contain("no password yet"));
    }

    [Test]
    public async Task Faults_stand_beside_their_fields_and_what_was_typed_stays()
    {
        var admin = await AdminAsync();
        await admin.SubmitAsync("#add", new() { ["Email"] = "ben" });
        Assert.That((admin.Status, admin.FaultOf("Roles"), admin.ValueOf("Email")), Is.EqualTo((422, "Choose at least one role.", "ben")));
        Assert.That(admin.FaultOf("Email"), Is.Not.Empty);
        await admin.SubmitAsync("#token", new() { ["Name"] = "website" });
        Assert.That((admin.Status, admin.FaultOf("Role"), admin.ValueOf("Name")), Is.EqualTo((422, "Choose a role.", "website")));
        await admin.Choose("#token", "Role", "ops").SubmitAsync("#token", new() { ["Days"] = "0" });
        Assert.That((admin.Status, admin.FaultOf("Days")), Is.EqualTo((422, "A token is valid for 1 to 3650 days.")));
    }

    [Test]
    public async Task An_admin_changes_roles_signs_out_and_removes()
    {
        var (admin, ben) = (await AdminAsync(), await DeskBrowser.SignedInAsync(App, "ben@news.test", StaffRoles.Ops));
        await admin.OpenAsync("/ops/staff");
        var forms = $"form[action='/ops/staff?id={await IdAsync("ben@news.test")}']";
        await admin.Choose(forms, "Roles", "editor").SubmitAsync(forms, button: "Save roles");
        Assert.That(admin.Text, Does.Contain("The roles have been changed.").And.Contain("editor, ops"));
        Assert.That((int)(await ben.GetAsync("/desk")).StatusCode, Is.EqualTo(200));
        await admin.SubmitAsync(forms, button: "Sign out everywhere");
        Assert.That((int)(await ben.GetAsync("/desk")).StatusCode, Is.EqualTo(302));
        await admin.SubmitAsync(forms, button: "Remove ben@news.test");
        Assert.That(admin.Text, Does.Contain("The account has been removed."));
        Assert.That(admin.Page.QuerySelector(forms), Is.Null);
        await using var db = App.OpenDb();
        Assert.That(await db.Users.Select(member => member.Email).ToListAsync(), Is.EqualTo(new[] { "ana@news.test" }));
    }

    [Test]
    public async Task A_token_is_shown_once_and_revoked()
    {
        var admin = await AdminAsync();
        await admin.Choose("#token", "Role", "ops").SubmitAsync("#token", new() { ["Name"] = "website" });
        var token = admin.Page.QuerySelector(".notice.good code")!.TextContent;
        var api = new ApiCaller(App.Http, token);
        (await api.Get("/audit")).Is(200);
        await admin.OpenAsync("/ops/staff");
        Assert.That(admin.Text, Does.Not.Contain(token).And.Contain("website").And.Contain("Nov 24, 2027, 09:00:00"));
        await admin.SubmitAsync("form[action*='handler=revoke']");
        Assert.That(admin.Text, Does.Contain("The token has been revoked."));
        (await api.Get("/audit")).Why(401);
    }

    [Test]
    public async Task Ops_look_and_change_nothing()
    {
        var admin = await AdminAsync();
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        await ops.OpenAsync("/ops/staff");
        Assert.That(ops.Text, Does.Contain("ana@news.test"));
        Assert.That(ops.Page.QuerySelectorAll("main form"), Is.Empty);
        await admin.OpenAsync("/ops/staff");
        var form = ops.Page.QuerySelector("form.who")!; // a form with a valid antiforgery token
        form.SetAttribute("action", $"/ops/staff?handler=remove&id={await IdAsync("ana@news.test")}");
        await ops.SubmitAsync("form.who");
        Assert.That(ops.Status, Is.EqualTo(403));
        await using var db = App.OpenDb();
        Assert.That(await db.Users.CountAsync(), Is.EqualTo(2));
    }

    private async Task<DeskBrowser> AdminAsync() => await (await DeskBrowser.SignedInAsync(App, "ana@news.test", StaffRoles.Admin))
        .OpenAsync("/ops/staff");

    private async Task<int> IdAsync(string email) => (await App.In<Accounts, int?>(accounts => accounts.IdOfAsync(email)))!.Value;
}
