using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>
/// The base of tests in which something breaks while an issue is being mailed. <c>DISPATCH_TEST_READERS</c> sets the number of readers.
/// </summary>
[Category(Needs.Processes)]
public abstract class RunningIssueTest(Provider provider) : DispatchTest(provider)
{
    protected const int Connections = 4;

    protected virtual int Readers => Number("DISPATCH_TEST_READERS", 400);

    private static readonly string[] Ended = ["is sent", "waits for a person"];

    private readonly Lock counting = new();
    private int countdown = int.MaxValue;
    private Action? happens;
    private TaskCompletionSource reached = new();

    private protected async Task<int> DueNowAsync()
    {
        Clock.SetUtcNow(TimeProvider.System.GetUtcNow()); // separate processes use the real time
        await Given.ConfirmedSubscribers(Readers);
        Smtp.OnMail = _ =>
        {
            lock (counting)
            {
                if (--countdown != 0)
                    return;
                happens?.Invoke();
                reached.TrySetResult();
            }
        };
        var issue = await Given.IssueDueNow();
        await StopAsync(); // only one process may use a SQLite file
        return issue;
    }

    /// <summary>Starts a process and waits until it has sent some messages.</summary>
    /// <param name="mails">How many messages this process must have sent.</param>
    /// <param name="uncertain">What the process does about deliveries that a crash left uncertain.</param>
    /// <param name="then">Runs when the relay has received the last of these messages, before its reply.</param>
    private protected async Task<DispatchProcess> InTheMiddleAsync(
        int mails, UncertainDelivery uncertain = UncertainDelivery.Resend, Action? then = null)
    {
        lock (counting)
            (countdown, happens, reached) = (mails, then, new(TaskCreationOptions.RunContinuationsAsynchronously));
        var dispatch = Dispatch(uncertain);
        await Task.WhenAny(reached.Task, dispatch.Heard);
        Assert.That(reached.Task.IsCompleted, $"expected it to be in the middle of the issue, got: {dispatch.Said}");
        return dispatch;
    }

    /// <summary>Starts a process and kills it after it has sent the given message and before the relay replies.</summary>
    private protected async Task KillAtAsync(int mail, UncertainDelivery uncertain)
    {
        using var gone = new ManualResetEventSlim();
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (counting)
            (countdown, happens) = (mail, () =>
            {
                came.TrySetResult();
                gone.Wait();
            }
            );
        await using var dispatch = Dispatch(uncertain);
        await Task.WhenAny(came.Task, dispatch.Heard);
        await dispatch.KillAsync();
        gone.Set();
        Assert.That(came.Task.IsCompleted, $"expected it to be in the middle of the issue, got: {dispatch.Said}");
    }

    /// <summary>Starts a process that mails what is due. Its <c>Heard</c> task completes at the end of the issue.</summary>
    private protected DispatchProcess Dispatch(UncertainDelivery uncertain) =>
        DispatchProcess.Start(Provider is Provider.Sqlite ? "Dispatch.Api.dll" : "Dispatch.Worker.dll", Ended,
    [
        // Short enough that a killed worker's chunks are soon free, and long enough for a slow machine.
        .. ProcessSettings(), ("Delivery:Uncertain", $"{uncertain}"), ("Delivery:LeaseFor", "00:00:08"),
    ]);

    private protected static async Task EndsAsync(DispatchProcess dispatch)
    {
        await dispatch.Heard;
        Assert.That(dispatch.Said, Does.Contain(Ended[0]).Or.Contain(Ended[1]));
    }

    private protected async Task<List<string>> UncertainAtSomeTimeAsync(int issue)
    {
        await using var db = App.OpenDb();
        var ids = await db.Deliveries.Where(delivery => delivery.IssueId == issue && delivery.UncertainAt != null)
            .Select(delivery => delivery.SubscriberId).ToListAsync();
        var ring = App.Services.GetRequiredService<KeyRing>();
        return [.. (await db.Subscribers.Where(subscriber => ids.Contains(subscriber.Id)).ToListAsync())
            .Select(subscriber => subscriber.AddressFrom(ring).Normalized)];
    }

    /// <summary>Checks that every reader has the issue, and that each reader with two copies was marked as uncertain.</summary>
    /// <param name="issue">The issue.</param>
    /// <param name="mostUncertain">The maximum number of deliveries that may have been uncertain.</param>
    /// <param name="mostDoubled">The maximum number of surplus copies, or null for <paramref name="mostUncertain"/>.</param>
    private protected async Task AssertEverybodyHasItAsync(int issue, int mostUncertain, int? mostDoubled = null)
    {
        var copies = Smtp.Mails.GroupBy(mail => mail.Recipient).ToList();
        Assert.That(copies, Has.Count.EqualTo(Readers), "nobody is lost");
        var doubled = copies.Where(group => group.Count() > 1).ToList();
        var uncertain = await UncertainAtSomeTimeAsync(issue);
        TestContext.Out.WriteLine(
            $"{Readers} readers: {doubled.Sum(group => group.Count() - 1)} copies too many, {uncertain.Count} uncertain at some time (at "
                + $"most {mostUncertain})");
        Assert.That(doubled.Sum(group => group.Count() - 1), Is.LessThanOrEqualTo(mostDoubled ?? mostUncertain));
        Assert.That(doubled.Select(group => group.Select(mail => mail.MessageId).Distinct().Count()), Is.All.EqualTo(1),
            "so that mail programs show one");
        Assert.That(uncertain, Is.SupersetOf(doubled.Select(group => group.Key)).And.Count.LessThanOrEqualTo(mostUncertain), "by name");
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(Readers).And.Property("Accepted").EqualTo(Readers));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(Worker.Issues.IssueState.Sent));
    }

    private protected static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var given) ? given : otherwise;
}
