using System.Globalization;
using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Staff;

/// <summary>A sign-in does not reveal who has an account. Other people's attempts do not lock a known browser out.</summary>
[TestFixture(Provider.Sqlite)]
public class SignInTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@news.test", New = "new@news.test", Stranger = "stranger@news.test";

    [Test]
    public async Task Every_try_costs_one_hash_whoever_it_is_for_and_writes_nothing()
    {
        await DeskBrowser.SignedInAsync(App, Ana);
        // An account without a password.
        await App.In<Accounts, AccountOutcome>(accounts => accounts.AddAsync(New, [StaffRoles.Editor], Actor.CommandLine));
        await using var scope = App.Services.CreateAsyncScope();
        var staff = scope.ServiceProvider.GetRequiredService<UserManager<StaffMember>>();
        var hasher = new CountingHasher(staff.PasswordHasher);
        staff.PasswordHasher = hasher;
        using var work = new PasswordWork(hasher);
        var signIns = new SignIns(staff, new SignInTallies(Clock), scope.ServiceProvider.GetRequiredService<KnownBrowsers>(), work);
        var before = await StampsAsync();
        foreach (var email in new[] { Ana, New, Stranger, "no address", "" })
            for (var number = 1; number <= SignIns.PerAddress + 3; number++) // the address is locked out for the last three
            {
                hasher.Verified = 0;
                var outcome = await signIns.TryAsync(email, number > SignIns.PerAddress ? DeskBrowser.Password : "wrong",
                    IPAddress.Parse($"192.0.2.{number}"), mark: null);
                Assert.That((outcome, hasher.Verified), Is.EqualTo(((SignInOutcome)new SignInOutcome.Refused(), 1)),
                    $"'{email}', try {number}");
            }
        Assert.That(await StampsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_network_that_tries_too_often_is_told_when_to_come_again_and_others_are_not_held_up()
    {
        var editor = await DeskBrowser.SignedInAsync(App, Ana);
        var flood = await AtSignInAsync("198.51.100.7");
        for (var number = 0; number < SignIns.PerNetwork; number++)
            Assert.That((await flood.SubmitAsync("main form", new() { ["Email"] = $"{number}@news.test", ["Password"] = "wrong" })).Status,
                Is.EqualTo(200));
        await flood.SubmitAsync("main form", new() { ["Email"] = Stranger, ["Password"] = "wrong" });
        Assert.That((flood.Status, flood.Answer.Headers.RetryAfter!.Delta), Is.EqualTo((429, TimeSpan.FromMinutes(10))));
        Assert.That(flood.Text, Does.Contain("oo many attempts from your network").And.Contain("10 minutes"));
        await flood.SignInAgainAsync(Ana);
        Assert.That(flood.Status, Is.EqualTo(429), "one that would be right too: it isn't looked at");
        Assert.That((await editor.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.OK), "who is in stays in");
        var elsewhere = await AtSignInAsync("203.0.113.7");
        Assert.That((await elsewhere.SignInAgainAsync(Ana)).Path, Is.EqualTo("/desk"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await flood.SignInAgainAsync(Ana)).Path, Is.EqualTo("/desk"));
    }

    [Test]
    public async Task A_newsroom_that_signs_in_all_day_from_one_network_meets_no_limit()
    {
        await DeskBrowser.SignedInAsync(App, Ana);
        for (var number = 0; number <= SignIns.PerNetwork; number++)
            Assert.That((await (await AtSignInAsync("198.51.100.7")).SignInAgainAsync(Ana)).Path, Is.EqualTo("/desk"), $"{number}");
    }

    [Test]
    public void Networks_of_one_IPv6_site_have_a_limit_together()
    {
        var refused = Enumerable.Range(0, SignIns.PerSite + 5).Select(number =>
            App.In<SignIns, SignInOutcome>(
            signIns => signIns.TryAsync($"{number}@news.test", "wrong", IPAddress.Parse($"2001:db8:1:{number:x}::1"),
                    null)).Result).OfType<SignInOutcome.TooMany>();
        Assert.That(refused.Count(), Is.EqualTo(5));
    }

    [Test]
    public async Task Nobody_can_lock_out_a_browser_that_was_signed_in_before()
    {
        var editor = await DeskBrowser.SignedInAsync(App, Ana);
        await editor.SubmitAsync("form.who");
        for (var number = 0; number < 40; number++) // from many networks, one of them the editor's
            await App.In<SignIns, SignInOutcome>(
            signIns => signIns.TryAsync(Ana, "wrong", number % 2 == 0 ? IPAddress.Loopback
                    : IPAddress.Parse($"192.0.2.{number}"), null));
        var (other, known) = (await AtSignInAsync("203.0.113.7"), await editor.OpenAsync("/desk/sign-in"));
        Assert.That((await other.SignInAgainAsync(Ana)).Text, Does.Contain("Wrong email or password"),
            "for a browser that nobody knows the address is locked");
        Assert.That((await known.SignInAgainAsync(Ana)).Path, Is.EqualTo("/desk"));
    }

    [Test]
    public async Task A_known_browser_guesses_no_more_often_than_another()
    {
        var editor = await DeskBrowser.SignedInAsync(App, Ana);
        await editor.SubmitAsync("form.who");
        for (var number = 0; number < 2 * SignIns.PerAddress; number++)
            await editor.SubmitAsync("main form", new() { ["Email"] = Ana, ["Password"] = "wrong" });
        Assert.That((await editor.SignInAgainAsync(Ana)).Text, Does.Contain("Wrong email or password"));
        Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await editor.SignInAgainAsync(Ana)).Path, Is.EqualTo("/desk"));
    }

    [Test]
    public void A_mark_is_of_one_address_and_ends()
    {
        var browsers = App.Services.GetRequiredService<KnownBrowsers>();
        var mark = browsers.Seal(Ana);
        Assert.That(browsers.Open(mark, " ANA@news.test"), Is.Not.Null);
        Assert.That(browsers.Open(mark, New), Is.Null);
        Assert.That(browsers.Open(mark[..^3] + "AAA", Ana), Is.Null);
        Assert.That(browsers.Open("words", Ana), Is.Null);
        Clock.Advance(KnownBrowsers.Lifetime);
        Assert.That(browsers.Open(mark, Ana), Is.Null);
    }

    [TestCase("aaaaaaaaaaaa", TestName = "One letter again and again")]
    [TestCase("password1234", TestName = "The commonest of all")]
    [TestCase("Password12345!", TestName = "The commonest with a sign")]
    [TestCase("qwertyuiop12", TestName = "Along the keyboard")]
    [TestCase("abcdefghijklm", TestName = "Along the alphabet")]
    [TestCase("letmeinletmein", TestName = "A common one twice")]
    [TestCase("ana@news.test", TestName = "The own address")]
    [TestCase("Ana@News.Test1", TestName = "The own address with a digit")]
    [TestCase("China In Eurasia", TestName = "The newsletter's name")]
    [TestCase("dispatch2026", TestName = "The software's name")]
    [TestCase("shortone", TestName = "Too short")]
    public async Task A_password_that_others_would_try_first_is_refused(string password)
    {
        var desk = new DeskBrowser(App.NewClient());
        var link = await App.In<Accounts, AccountOutcome>(accounts => accounts.AddAsync(Ana, [StaffRoles.Editor], Actor.CommandLine));
        await desk.OpenAsync(new Uri(((AccountOutcome.Done)link).Link!).AbsolutePath);
        await desk.SubmitAsync("main form", new() { ["Password"] = password });
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("Password"), Does.Contain(password == "shortone" ? "12 to 256" : "too easy to guess"));
        await desk.SubmitAsync("main form", new() { ["Password"] = "Nine lanterns by the harbour" });
        Assert.That(desk.Text, Does.Contain("Your password is set"), "the link is still good");
    }

    [Test]
    public async Task The_first_accounts_password_is_held_to_the_same_and_the_fault_stands_beside_it()
    {
        var desk = new DeskBrowser(App.NewClient());
        await desk.OpenAsync(new Uri((await App.In<FirstAccount, string?>(first => first.LinkAsync()))!).AbsolutePath);
        await desk.SubmitAsync("main form", new() { ["Email"] = Ana, ["Password"] = "ana@news.test" });
        Assert.That((desk.Status, desk.FaultOf("Email")), Is.EqualTo((422, "")));
        Assert.That(desk.FaultOf("Password"), Does.Contain("too easy to guess"));
    }

    [Test]
    public void A_password_of_every_length_is_judged_in_good_time() // zxcvbn's time grows faster than the square of the length
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.That(App.In<FirstAccount, AccountOutcome>(async first =>
        {
            var link = (await first.LinkAsync())!;
            return await first.MakeAsync(link[(link.LastIndexOf('/') + 1)..], Ana, string.Concat(Enumerable.Repeat("password", 32)));
        }).Result, Is.InstanceOf<AccountOutcome.Refused>());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private async Task<string> StampsAsync()
    {
        await using var db = App.OpenDb();
        return string.Join(' ', await db.Users.OrderBy(member => member.Id)
            .Select(member => $"{member.ConcurrencyStamp} {member.AccessFailedCount}").ToListAsync())
            + (await db.Audit.CountAsync()).ToString(CultureInfo.InvariantCulture);
    }

    private async Task<DeskBrowser> AtSignInAsync(string network)
    {
        var client = App.NewClient();
        client.DefaultRequestHeaders.Add(DispatchApp.NetworkHeader, network);
        return await new DeskBrowser(client).OpenAsync("/desk/sign-in");
    }

    private sealed class CountingHasher(IPasswordHasher<StaffMember> inner) : IPasswordHasher<StaffMember>
    {
        public int Verified { get; set; }

        public string HashPassword(StaffMember user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(StaffMember user, string hashedPassword, string providedPassword)
        {
            Verified++;
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
