using System.Text;
using Dispatch.Tests.Support;
using Dispatch.Worker.Database;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Idempotency;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IdempotencyKeyTests(Provider provider) : DispatchTest(provider)
{
    private const string Issues = "/newsletters/china-in-eurasia/issues";

    [Test]
    public async Task The_same_request_with_the_same_key_makes_one_issue()
    {
        var api = await ApiCaller.With(App);
        var first = (await api.Post(Issues, new { subject = "A road" }, "key")).Is(201);
        var again = (await api.Post(Issues, new { subject = "A road" }, "key")).Is(201);
        Assert.That((again.Text, again.Location, again.ETag, again.Type), Is.EqualTo((first.Text, first.Location, first.ETag, first.Type)));
        Assert.That((first.IsReplay, again.IsReplay), Is.EqualTo((false, true)));
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_same_key_with_another_request_is_refused()
    {
        var api = await ApiCaller.With(App);
        var issue = (await api.Post(Issues, new { subject = "A road" }, "key")).Is(201)["id"].GetInt32();
        Assert.That((await api.Post(Issues, new { subject = "Another" }, "key")).Why(422), Does.Contain("for a different request"));
        (await api.Post($"/issues/{issue}/approve", key: "key")).Why(422);
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Requests_at_once_with_one_key_are_done_once()
    {
        var api = await ApiCaller.With(App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => api.Post(Issues, new { subject = "A road" }, "key"))));
        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(201).Or.EqualTo(409));
        Assert.That(answers.Count(answer => answer is { Status: 201, IsReplay: false }), Is.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_callers_may_choose_the_same_key()
    {
        foreach (var caller in new[] { await ApiCaller.With(App), await ApiCaller.With(App) })
            Assert.That((await caller.Post(Issues, new { subject = "A road", slug = $"road-{Guid.NewGuid():N}" }, "key"))
                .Is(201).IsReplay, Is.False);
    }

    [Test]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var api = await ApiCaller.With(App);
        Assert.That((await api.Post(Issues, new { body = "No subject." }, "key")).WrongFields(), Is.EqualTo(new[] { "subject" }));
        (await api.Send(HttpMethod.Post, Issues, new StringContent("{", Encoding.UTF8, "application/json"), ("Idempotency-Key", "key")))
            .Why(400);
        (await api.Post(Issues, new { subject = "A road" }, "key")).Is(201);
    }

    [Test]
    public async Task A_picture_sent_twice_is_known_though_its_form_is_built_anew()
    {
        var api = await ApiCaller.With(App);
        using var image = NetVips.Image.Black(40, 40, bands: 3);
        var bytes = image.JpegsaveBuffer();
        var path = $"/issues/{await Given.Draft()}/photos";
        var first = (await SendAsync(bytes)).Is(201);
        var again = (await SendAsync(bytes)).Is(201);
        Assert.That((again.IsReplay, again.Text), Is.EqualTo((true, first.Text)));
        (await SendAsync([.. bytes, 0])).Why(422);

        Task<ApiAnswer> SendAsync(byte[] picture) =>
            api.Send(HttpMethod.Post, path, new MultipartFormDataContent { { new ByteArrayContent(picture), "photo", "road.jpg" } },
                ("Idempotency-Key", "key"));
    }

    [Test]
    public async Task A_key_is_kept_for_a_day()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft()}/approve";
        (await api.Post(path, key: "key")).Is(200);
        Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.That((await api.Post(path, key: "key")).IsReplay, Is.True);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await api.Post(path, key: "key")).IsReplay, Is.False);

        Clock.Advance(TimeSpan.FromDays(2));
        await App.Services.GetRequiredService<KeyedRequests>().PurgeAsync(CancellationToken.None);
        await using var db = App.OpenDb();
        Assert.That(await db.KeyedRequests.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_key_whose_process_died_can_be_tried_again_after_a_while()
    {
        var requests = App.Services.GetRequiredService<KeyedRequests>();
        var hash = new byte[32];
        Assert.That(await requests.BeginAsync("token:1", "key", hash, CancellationToken.None), Is.InstanceOf<KeyedRequestResult.First>());
        Assert.That(await requests.BeginAsync("token:1", "key", hash, CancellationToken.None),
            Is.InstanceOf<KeyedRequestResult.UnderWay>());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(await requests.BeginAsync("token:1", "key", hash, CancellationToken.None), Is.InstanceOf<KeyedRequestResult.First>());
    }

    [Test]
    public async Task The_table_tells_neither_the_key_nor_what_was_asked_for()
    {
        var api = await ApiCaller.With(App, "ops");
        (await api.Post("/suppressions", new { email = "ana@readers.test" }, "ana@readers.test")).Is(201);
        await using var db = App.OpenDb();
        var row = await db.KeyedRequests.SingleAsync();
        Assert.That(Encoding.UTF8.GetString(row.Body!), Does.Not.Contain("ana"));
        Assert.That((row.Key.Length, row.RequestHash.Length), Is.EqualTo((32, 32)));
    }

    [TestCase(""), TestCase("\u00e9")]
    public async Task What_is_no_key_is_refused(string key)
    {
        var api = await ApiCaller.With(App);
        var answer = await api.Send(HttpMethod.Post, Issues, new StringContent("""{"subject":"S"}""", Encoding.UTF8, "application/json"),
            ("Idempotency-Key", key == "" ? new string('k', 201) : key));
        answer.Why(400);
    }

    [Test]
    public async Task A_request_that_takes_longer_than_any_should_is_not_done_a_second_time_beside_it()
    {
        var requests = App.Services.GetRequiredService<KeyedRequests>();
        var first = (KeyedRequestResult.First)await requests.BeginAsync("token:1", "key", new byte[32], CancellationToken.None);
        var work = new TaskCompletionSource();
        var doing = requests.DoAsync(first, work.Task);
        for (var minute = 0; minute < 20; minute++)
        {
            var before = await RenewedAsync();
            Clock.Advance(KeyedRequests.RenewEvery);
            for (var tries = 0; await RenewedAsync() == before && tries < 500; tries++)
                await Task.Yield();
            Assert.That(await requests.BeginAsync("token:1", "key", new byte[32], CancellationToken.None),
                Is.InstanceOf<KeyedRequestResult.UnderWay>(), $"minute {minute}");
        }
        work.SetResult();
        await requests.KeepAsync(await doing, new(202, null, null, null, []));
        Assert.That(await requests.BeginAsync("token:1", "key", new byte[32], CancellationToken.None),
            Is.InstanceOf<KeyedRequestResult.Answered>());

        async Task<DateTimeOffset> RenewedAsync()
        {
            await using var db = App.OpenDb();
            return (await db.KeyedRequests.AsNoTracking().SingleAsync()).CreatedAt;
        }
    }

    [Test]
    public async Task Who_was_taken_for_abandoned_does_not_write_over_or_delete_what_came_after()
    {
        var databases = App.Services.GetRequiredService<IDbContextFactory<DispatchDb>>();
        var (one, another) = (new KeyedRequests(databases, Clock), new KeyedRequests(databases, Clock)); // two processes
        var slow = (KeyedRequestResult.First)await one.BeginAsync("token:1", "key", new byte[32], CancellationToken.None);
        Clock.Advance(TimeSpan.FromMinutes(6));
        var later = (KeyedRequestResult.First)await another.BeginAsync("token:1", "key", new byte[32], CancellationToken.None);
        await one.ForgetAsync(slow);
        await one.KeepAsync(slow, new(500, null, null, null, []));
        await another.KeepAsync(later, new(202, null, null, null, []));
        Assert.That(((KeyedRequestResult.Answered)await one.BeginAsync("token:1", "key", new byte[32], CancellationToken.None)).Status,
            Is.EqualTo(202));
    }
}
