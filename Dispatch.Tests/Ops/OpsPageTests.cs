using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Staff;

namespace Dispatch.Tests.Ops;

[TestFixture(Provider.Sqlite)]
public class OpsPageTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task It_is_for_staff_alone()
    {
        Assert.That((await App.Http.GetAsync("/ops")).Headers.Location!.PathAndQuery, Is.EqualTo("/desk/sign-in?returnUrl=%2Fops"));
        Assert.That((await (await SignedIn.As(App)).GetAsync("/ops")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        foreach (var role in StaffRoles.All)
            Assert.That((await (await SignedIn.As(App, role)).GetAsync("/ops")).StatusCode, Is.EqualTo(HttpStatusCode.OK), role);
    }

    [Test]
    public async Task It_shows_how_an_issues_sums_add_up_and_names_no_reader()
    {
        var readers = await Given.ConfirmedSubscribers(5);
        await Given.Suppression(readers[0].Address);
        Smtp.Answers("550 5.1.1 nobody of that name", recipient: readers[1].Address);
        await Given.IssueDueNow(subject: "From the steppe");
        await Given.ScheduledIssue(Start + TimeSpan.FromHours(3), subject: "From the mountains");
        await App.RunUntilIdle();

        var page = await (await SignedIn.As(App, StaffRoles.Ops)).GetStringAsync("/ops");
        Assert.That(page, Does.Contain("From the steppe").And.Contain("<b>5</b> audience").And.Contain(
            "<b>= 3</b> accepted").And.Contain("<b>+ 1</b> rejected").And.Contain("<b>+ 1</b> excluded").And.Contain("<b>+ 0</b> pending"));
        Assert.That(page, Does.Contain("1 suppressed"));
        Assert.That(page, Does.Contain("From the mountains").And.Contain("goes out Nov 24, 2026, 12:00:00"));
        Assert.That(page, Does.Contain("Wed, Dec 2, 2026, 09:00 (Prague time)"), "the next slot");
        Assert.That(page, Does.Not.Contain("readers.test"), "no reader's address");
    }

    [Test]
    public async Task It_says_when_nothing_works_and_asks_the_relays_on_demand()
    {
        var ops = await SignedIn.As(App, StaffRoles.Ops);
        Assert.That(await ops.GetStringAsync("/ops"), Does.Contain("No worker is running").And.Not.Contain("connects, secures"));
        Assert.That(await ops.GetStringAsync("/ops?relays=true"), Does.Contain("accepts a sender and a recipient"));
    }
}
