using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Tests.Deliveries.Sending;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;

namespace Dispatch.Tests.Subscribers.SignUp;

/// <summary>The site is killed while people sign up. Everybody whose sign-up was answered gets a link that confirms.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class KilledSignUpsTests(Provider provider) : RunningIssueTest(provider)
{
    private const int AtOnce = 16;

    private static readonly int Kills = Number("DISPATCH_TEST_KILLS", 1);

    private readonly ConcurrentQueue<string> answered = new();
    private readonly Random chance = new(20261202);
    private int asked;

    [Test]
    public async Task Nobody_whose_sign_up_was_answered_is_lost_and_each_can_confirm()
    {
        _ = App; // creates the data folder
        await StopAsync(); // SQLite allows only one process
        var people = Readers / 4;
        for (var kill = 1; kill <= Kills; kill++)
            await SignUpAsync(people * kill / (Kills + 1), killed: true);
        await SignUpAsync(people, killed: false);

        // By then the claims and the mark of the ended processes no longer count.
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow() + ReaderMailWake.TimeInQueue);
        await App.RunUntilIdle();
        Assert.That(answered.Distinct().Except(Smtp.Recipients), Is.Empty, "who was answered and not mailed");
        var copies = Smtp.Mails.GroupBy(mail => mail.Recipient).Sum(group => group.Count() - 1);
        TestContext.Out.WriteLine($"{answered.Count} answered of {asked}, {copies} mails too many");
        Assert.That(copies, Is.LessThanOrEqualTo(Kills * Connections), "one for each connection and kill");
        foreach (var address in answered)
            Assert.That((await Reader.Confirms(address)).StatusCode, Is.EqualTo(HttpStatusCode.OK), "the link confirms");
    }

    // Starts the site, has people sign up, and kills or ends the site after the given number of answers.
    private async Task SignUpAsync(int until, bool killed)
    {
        await using var site = DispatchProcess.Start("Dispatch.Api.dll", ["listens"], ProcessSettings());
        await site.Heard;
        var listens = Listens().Match(site.Said);
        Assert.That(listens.Success, $"expected it to serve, got: {site.Said}");
        using var http = new HttpClient { BaseAddress = new Uri(listens.Groups[1].Value) };
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var people = Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (!enough.Task.IsCompleted || killed)
                if (!await TryAsync(http))
                    return;
                else if (answered.Count >= until)
                    enough.TrySetResult();
        })).ToList();
        await Task.WhenAny(enough.Task, Task.WhenAll(people));
        Assert.That(enough.Task.IsCompleted, $"expected it to answer, got: {site.Said}");
        if (killed)
        {
            for (var more = chance.Next(AtOnce); more > 0; more--)
                await Task.Yield();
            await site.KillAsync();
        }
        await Task.WhenAll(people);
        if (!killed)
            Assert.That(await site.TerminateAsync(), Is.Zero, site.Said);
    }

    // Returns false once the site is gone.
    private async Task<bool> TryAsync(HttpClient http)
    {
        var address = $"reader{Interlocked.Increment(ref asked)}@readers.test";
        try
        {
            using var answer = await http.PostAsync("/subscribe", new FormUrlEncodedContent([new("email", address)]));
            if (answer.StatusCode is HttpStatusCode.OK)
                answered.Enqueue(address);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"listens\s+(http://\S+)")]
    private static partial Regex Listens();
}
