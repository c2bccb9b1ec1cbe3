using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Hangfire;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Ops;

[TestFixture(Provider.Sqlite)]
public partial class JobDashboardTests(Provider provider) : DispatchTest(provider)
{
    protected override bool OwnHost => true; // the dashboard uses the job storage of the host that mapped it

    [Test]
    public async Task A_stranger_is_sent_to_the_sign_in_page_and_back()
    {
        var answer = await App.Http.GetAsync("/ops/jobs/recurring");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(answer.Headers.Location!.PathAndQuery, Is.EqualTo("/desk/sign-in?returnUrl=%2Fops%2Fjobs%2Frecurring"));
    }

    [Test]
    public async Task Somebody_without_a_role_is_refused()
    {
        var nobody = await SignedIn.As(App);
        Assert.That((await nobody.GetAsync("/ops/jobs")).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await nobody.PostAsync("/ops/jobs/recurring/trigger", null)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase(StaffRoles.Correspondent)]
    [TestCase(StaffRoles.Editor)]
    public async Task Who_writes_may_look_but_change_nothing(string role)
    {
        GivenARecurringJob();
        var writer = await SignedIn.As(App, role);
        var page = await writer.GetStringAsync("/ops/jobs/recurring");
        Assert.That(page, Does.Contain("Look for what is due").And.Not.Contain("Trigger now"));
        Assert.That(await TriggerAsync(writer), Is.EqualTo(HttpStatusCode.Unauthorized), "although its form token is good");
        Assert.That(Queued, Is.Zero);
    }

    [Test]
    public async Task Ops_may_act_with_the_pages_own_token_only()
    {
        GivenARecurringJob();
        var ops = await SignedIn.As(App, StaffRoles.Ops);
        Assert.That(await ops.GetStringAsync("/ops/jobs/recurring"), Does.Contain("Trigger now"));
        var forged = await ops.PostAsync("/ops/jobs/recurring/trigger", new FormUrlEncodedContent([new("jobs[]", "sweep")]));
        Assert.That(forged.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "another site's page has no token");
        Assert.That(Queued, Is.Zero);
        Assert.That(await TriggerAsync(ops), Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(Queued, Is.EqualTo(1));
    }

    [Test]
    public async Task Its_pages_load_nothing_from_elsewhere_and_run_no_script_within_them()
    {
        var ops = await SignedIn.As(App, StaffRoles.Ops);
        var policy = (await ops.GetAsync("/ops/jobs")).Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.Contain("default-src 'none'").And.Contain("script-src 'self';").And.Contain(
            "frame-ancestors 'none'").And.Not.Contain("unsafe"));
    }

    [Test]
    public async Task Jobs_are_named_as_people_would_name_them()
    {
        Queue<SendChunkJob>("delivery", job => job.RunAsync(12, 3, 40, CancellationToken.None));
        Queue<FanOutJob>("issues", job => job.RunAsync(12, CancellationToken.None));
        Queue<ReaderMailJob>("readers", job => job.RunAsync(CancellationToken.None));
        Queue<PurgeExpired>("default", job => job.RunAsync(CancellationToken.None));
        Queue<Sweep>("issues", job => job.AtSlotAsync("china-in-eurasia", CancellationToken.None));
        var ops = await SignedIn.As(App, StaffRoles.Ops);
        Assert.That(await ops.GetStringAsync("/ops/jobs/jobs/enqueued/delivery"), Does.Contain(">Send issue 12, chunk 3 of 40<"));
        Assert.That(await ops.GetStringAsync("/ops/jobs/jobs/enqueued/issues"),
            Does.Contain(">Start issue 12<").And.Contain(">Edition slot of china-in-eurasia<"));
        Assert.That(await ops.GetStringAsync("/ops/jobs/jobs/enqueued/default"),
            Does.Contain(">Delete expired data<"));
        Assert.That(await ops.GetStringAsync("/ops/jobs/jobs/enqueued/readers"), Does.Contain(">Transactional emails<"));
    }

    [Test]
    public async Task While_many_mails_to_readers_wait_their_job_tells_how_far_it_is()
    {
        var readers = await Given.ConfirmedSubscribers(40);
        await using (var db = App.OpenDb())
        {
            db.AddRange(readers.Select(reader => SubscriberMail.AlreadyThere(reader.SubscriberId, Clock.GetUtcNow())));
            await db.SaveChangesAsync();
        }
        Queue<ReaderMailJob>("readers", job => job.RunAsync(CancellationToken.None));
        var ops = await SignedIn.As(App, StaffRoles.Ops);
        var names = new ConcurrentQueue<string>();
        Smtp.OnMail = _ => names.Enqueue(NameAsync().GetAwaiter().GetResult());
        await App.RunUntilIdle();
        Assert.That(names, Has.Some.Match("^Transactional emails, [1-9][0-9]? of 40$"));
        Assert.That(await NameAsync(), Is.EqualTo("Transactional emails"), "once it is done");

        async Task<string> NameAsync() =>
            JobName().Match(await ops.GetStringAsync("/ops/jobs/jobs/enqueued/readers")).Groups[1].Value;
    }

    [Test]
    public void A_sweep_that_ended_well_is_soon_off_the_dashboard()
    {
        var storage = App.Services.GetRequiredService<JobStorage>();
        var jobs = new BackgroundJobClient(storage);
        var sweep = jobs.Enqueue<Sweep>(job => job.RunAsync(CancellationToken.None));
        var begin = jobs.Enqueue<FanOutJob>(job => job.RunAsync(12, CancellationToken.None));
        foreach (var job in new[] { sweep, begin })
            jobs.ChangeState(job, new SucceededState(null, 0, 0));
        var monitoring = storage.GetMonitoringApi();
        Assert.That(monitoring.JobDetails(sweep).ExpireAt!.Value,
            Is.LessThan(monitoring.JobDetails(begin).ExpireAt!.Value - TimeSpan.FromHours(1)));
    }

    private long Queued => App.Services.GetRequiredService<JobStorage>().GetMonitoringApi().Queues().Sum(queue => queue.Length);

    private void GivenARecurringJob() => App.Services.GetRequiredService<IRecurringJobManager>()
        .AddOrUpdate<Sweep>("sweep", sweep => sweep.RunAsync(CancellationToken.None), "*/10 * * * * *");

    private void Queue<T>(string queue, Expression<Func<T, Task>> job) =>
        new BackgroundJobClient(App.Services.GetRequiredService<JobStorage>()).Create(job, new EnqueuedState(queue));

    // Sends what the dashboard's button sends, with the page's token as a header.
    private static async Task<HttpStatusCode> TriggerAsync(HttpClient client)
    {
        var page = await client.GetAsync("/ops/jobs/recurring");
        client.Keep(page);
        var html = await page.Content.ReadAsStringAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/jobs/recurring/trigger")
        {
            Content = new FormUrlEncodedContent([new("jobs[]", "sweep")])
        };
        request.Headers.Add(CsrfHeader().Match(html).Groups[1].Value, CsrfToken().Match(html).Groups[1].Value);
        return (await client.SendAsync(request)).StatusCode;
    }

    [GeneratedRegex(">(Transactional emails[^<]*)<")]
    private static partial Regex JobName();

    [GeneratedRegex("name=\"csrf-header\" content=\"([^\"]+)\"")]
    private static partial Regex CsrfHeader();

    [GeneratedRegex("name=\"csrf-token\" content=\"([^\"]+)\"")]
    private static partial Regex CsrfToken();
}
