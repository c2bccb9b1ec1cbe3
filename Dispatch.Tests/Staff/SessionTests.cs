using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Staff;

/// <summary>Sessions are kept on the server, so revoked access ends at once, even for an old cookie.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SessionTests(Provider provider) : DispatchTest(provider)
{
    private const string Email = "correspondent@news.test";

    private static readonly string[] Pages = ["/", "/subscribe", "/privacy", "/newsletters/china-in-eurasia", "/desk/sign-in"];

    [Test]
    public async Task After_a_password_reset_the_old_browser_is_signed_out_and_every_page_works()
    {
        var old = await DeskBrowser.SignedInAsync(App, Email);
        await DeskBrowser.SignedInAsync(App, Email); // changes the password in another browser
        await RefusedAndClearedAsync(old);
        await SessionsAsync(1);
    }

    [Test]
    public async Task A_cookie_for_an_account_that_is_gone_is_refused_and_cleared()
    {
        var old = await DeskBrowser.SignedInAsync(App, Email);
        await using (var db = App.OpenDb())
            await db.Users.ExecuteDeleteAsync(); // as if the database was lost but the keys were kept
        Clock.Advance(TimeSpan.FromMinutes(3));
        await RefusedAndClearedAsync(old);
    }

    [Test]
    public async Task A_cookie_that_was_signed_out_opens_nothing_any_more()
    {
        var (desk, elsewhere) = (await DeskBrowser.SignedInAsync(App, Email), new DeskBrowser(App.NewClient()));
        await (await elsewhere.OpenAsync("/desk/sign-in")).SignInAgainAsync(Email);
        var stolen = desk.Copy(App.NewClient());
        await desk.SubmitAsync("form.who");
        await RefusedAndClearedAsync(stolen);
        Assert.That((await elsewhere.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.OK),
            "another browser of the same person works on");
    }

    [Test]
    public async Task A_session_in_which_nobody_works_for_fourteen_days_ends()
    {
        var desk = await DeskBrowser.SignedInAsync(App, Email);
        for (var day = 0; day < 20; day += 10, Clock.Advance(TimeSpan.FromDays(10)))
            Assert.That((await desk.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.OK), $"day {day}");
        Clock.Advance(TimeSpan.FromDays(4.1));
        Assert.That((await desk.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task A_changed_role_holds_from_the_next_request_on()
    {
        var desk = await DeskBrowser.SignedInAsync(App, Email);
        var id = await IdAsync();
        await App.In<Accounts, AccountOutcome>(accounts => accounts.SetRolesAsync(id, [StaffRoles.Ops], Actor.CommandLine));
        Assert.That((await desk.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await desk.GetAsync("/ops/outbox")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Neither_the_cookies_secret_nor_the_password_is_in_the_database()
    {
        var secret = await App.In<StaffSessions, string>(async sessions =>
        {
            await App.In<Accounts, AccountOutcome>(accounts => accounts.AddAsync(Email, [StaffRoles.Ops], Actor.CommandLine));
            return await sessions.BeginAsync(await IdAsync());
        });
        await using var db = App.OpenDb();
        var kept = await db.StaffSessions.SingleAsync();
        Assert.That(kept.Hash, Is.EqualTo(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret))));
    }

    private async Task RefusedAndClearedAsync(DeskBrowser old)
    {
        foreach (var page in Pages)
        {
            var answer = await old.Copy(App.NewClient()).GetAsync(page);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), page);
            Assert.That(answer.Headers.GetValues("Set-Cookie"), Has.Some.StartsWith("dispatch-desk=;"), page);
        }
        var desk = await old.GetAsync("/desk");
        Assert.That((desk.StatusCode, desk.Headers.Location!.AbsolutePath), Is.EqualTo((HttpStatusCode.Redirect, "/desk/sign-in")));
        Assert.That(desk.Headers.GetValues("Set-Cookie"), Has.Some.StartsWith("dispatch-desk=;"));
    }

    private async Task SessionsAsync(int count)
    {
        await using var db = App.OpenDb();
        Assert.That(await db.StaffSessions.CountAsync(), Is.EqualTo(count));
    }

    private async Task<int> IdAsync() => (await App.In<Accounts, int?>(accounts => accounts.IdOfAsync(Email)))!.Value;
}
