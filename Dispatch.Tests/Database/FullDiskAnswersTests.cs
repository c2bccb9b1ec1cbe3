using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Hosting;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Database;

[TestFixture(Provider.Sqlite)]
public class FullDiskAnswersTests(Provider provider) : DispatchTest(provider)
{
    private SmallDisk? disk;

    protected override bool OwnHost => true; // health checks use the services of the host that mapped them

    protected override IEnumerable<(string Key, string Value)> Configure() => [("DataDirectory", disk!.Path)];

    [SetUp]
    public void Mount() => disk = Requires.SmallDisk(16);

    [TearDown]
    public async Task Unmount()
    {
        await StopAsync();
        disk?.Dispose();
    }

    [Test]
    public async Task With_a_full_disk_it_is_not_ready_and_nothing_is_told_as_somebody_elses_decision()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var fresh = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(fresh, ("do", "address"), ("email", "anna@readers.test"));
        await App.RunUntilIdle();
        var link = Smtp.MailFor("anna@readers.test").Single().Link("/address/").AbsolutePath;
        var (api, ops, issue) = (await ApiCaller.With(App), await ApiCaller.With(App, "ops"), await Given.Draft());
        (await api.Get("/newsletters")).Is(200); // records the token's use
        Assert.That(await App.Http.GetStringAsync("/health/ready"), Is.EqualTo("Healthy"));

        disk!.Fill();
        Clock.Advance(TimeSpan.FromSeconds(5));
        var ready = await App.Http.GetAsync("/health/ready");
        Assert.That((ready.StatusCode, await ready.Content.ReadAsStringAsync()),
            Is.EqualTo((HttpStatusCode.ServiceUnavailable, "Unhealthy: the data folder can't be written; it may be full")));
        Assert.That(await DoctorsDiskAsync(),
            Is.EqualTo((FindingGrade.Failed, $"{disk.Path} can't be written by this account; it may be full")));
        Assert.That((await App.Http.GetAsync("/health/live")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Reader.Presses(link)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "nobody has taken the address");
        foreach (var (path, body) in new (string, object?)[] { ($"/issues/{issue}/schedule", new { slot = "next" }),
            ($"/issues/{issue}/send", null), ($"/issues/{issue}/approve", null),
                ("/newsletters/china-in-eurasia/issues", new { subject = "A road" }) })
            (await api.Post(path, body)).Why(503);
        (await ops.Post("/suppressions", new { email = "ben@readers.test" })).Why(503);
        (await ApiCaller.WithNoToken(App).Post("/subscriptions", new { email = "ben@readers.test" })).Why(503);
        Assert.That((await App.Http.GetAsync("/")).StatusCode, Is.EqualTo(HttpStatusCode.OK), "what can be read is shown");
        Clock.Advance(TimeSpan.FromMinutes(2));
        (await api.Get("/newsletters")).Is(200); // succeeds although the token's use can't be recorded

        disk.Empty();
        Assert.That(await App.Http.GetStringAsync("/health/ready"), Is.EqualTo("Healthy"));
        Assert.That((await Reader.Presses(link)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        (await api.Post($"/issues/{issue}/schedule", new { slot = "next" })).Is(200);
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.CountAsync(slot => slot.IssueId == issue), Is.EqualTo(1));
    }

    private async Task<(FindingGrade, string)> DoctorsDiskAsync()
    {
        await foreach (var (grade, about, says) in App.Services.GetRequiredService<Doctor>().ExamineAsync(askOthers: false, default))
            if (about == "disk")
                return (grade, says);
        throw new AssertionException("expected a finding about the disk");
    }
}
