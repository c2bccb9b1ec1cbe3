using System.Text.Json;
using Dispatch.Tests.Support;
using Dispatch.Worker.Suppressions;

namespace Dispatch.Tests.Deliveries.Reports;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ProgressApiTests(Provider provider) : DispatchTest(provider)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_audience_is_the_sum_of_all_the_rest()
    {
        await Given.ConfirmedSubscribers(5);
        await Given.Suppression("reader1@readers.test", SuppressionReason.Complaint);
        Smtp.Answers("550 5.1.1 No such mailbox", recipient: "reader2@readers.test");
        Smtp.Answers("451 4.2.0 Busy", recipient: "reader3@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Clock.Advance(TimeSpan.FromSeconds(4));
        var answer = (await (await ApiCaller.With(App, "ops")).Get($"/issues/{issue}/progress")).Is(200);
        Assert.That(answer["excluded"].GetProperty("suppressed").GetInt32(), Is.EqualTo(1));
        Assert.That(
            new[] { "audience", "pending", "deferred", "accepted", "rejected", "uncertain", "cancelled" }.Select(count =>
                answer[count].GetInt32()), Is.EqualTo(new[] { 5, 0, 1, 2, 1, 0, 0 }));
        Assert.That(answer["perSecond"].GetDouble(), Is.EqualTo(0.8).Within(0.01), "three mails in four seconds");
        Assert.That(answer["eta"].GetDateTimeOffset(), Is.EqualTo(Clock.GetUtcNow().AddSeconds(2)));
    }

    [Test]
    public async Task The_rate_is_told_at_any_minute_and_a_standstill_is_shown()
    {
        Clock.Advance(TimeSpan.FromMinutes(23)); // accepted messages are kept with their hour only
        await Given.ConfirmedSubscribers(4);
        Smtp.Answers("451 4.2.0 Busy", recipient: "reader1@readers.test");
        var issue = await Given.IssueDueNow();
        var ops = await ApiCaller.With(App, "ops");
        async Task<double> Rate() => (await ops.Get($"/issues/{issue}/progress")).Is(200)["perSecond"].GetDouble();
        await App.FanOut(issue);
        Assert.That(await Rate(), Is.EqualTo(0), "before the first message");
        Clock.Advance(TimeSpan.FromSeconds(10));
        await App.RunUntilIdle();
        Assert.That(await Rate(), Is.EqualTo(0.3).Within(0.01), "three messages in ten seconds");
        Clock.Advance(TimeSpan.FromSeconds(25));
        await Rate();
        Clock.Advance(TimeSpan.FromSeconds(25));
        Assert.That(await Rate(), Is.EqualTo(0), "nothing in the last half minute");
    }

    [Test]
    public async Task A_stream_tells_what_changes_and_ends_when_the_issue_is_sent()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        using var stream = await (await ApiCaller.With(App)).Follow($"/issues/{issue}/progress");
        Assert.That((await EventAsync(stream))!.Value.GetProperty("pending").GetInt32(), Is.EqualTo(3));

        await App.RunUntilIdle();
        JsonElement? last = null;
        while (await WhileTheClockGoesOn(EventAsync(stream)) is { } happened)
            last = happened;
        Assert.That((last!.Value.GetProperty("state").GetString(), last.Value.GetProperty("accepted").GetInt32()), Is.EqualTo(("sent", 3)));
    }

    [Test]
    public async Task A_stream_of_an_issue_that_is_sent_has_one_event()
    {
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        using var stream = await (await ApiCaller.With(App)).Follow($"/issues/{issue}/progress");
        Assert.That((await EventAsync(stream))!.Value.GetProperty("state").GetString(), Is.EqualTo("sent"));
        Assert.That(await EventAsync(stream), Is.Null);
    }

    [Test]
    public async Task There_is_no_progress_of_nothing_and_none_for_strangers()
    {
        (await (await ApiCaller.With(App)).Get("/issues/4711/progress")).Why(404);
        (await ApiCaller.WithNoToken(App).Get("/issues/4711/progress")).Why(401);
    }

    // Advances the clock until 'next' completes, because the stream waits on the clock.
    private async Task<JsonElement?> WhileTheClockGoesOn(Task<JsonElement?> next)
    {
        while (!next.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        return await next;
    }

    // Returns null if the stream has ended.
    private static async Task<JsonElement?> EventAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync().WaitAsync(Patience) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonSerializer.Deserialize<JsonElement>(line[6..]);
        return null;
    }
}
