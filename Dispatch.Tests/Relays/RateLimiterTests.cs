using Dispatch.Tests.Support;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Relays;

public class RateLimiterTests
{
    [Test]
    public void Turns_of_those_who_gave_up_are_the_next_to_be_had()
    {
        var clock = new FakeTimeProvider(DispatchTest.Start);
        var pace = new RelayRateLimiter(1, clock);
        Assert.That(pace.Wait(() => true));
        for (var turn = 0; turn < 50; turn++)
            Assert.That(pace.Wait(() => true), Is.False, "it would be a wait");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(pace.Wait(() => true), "as soon as one may go again");
        Assert.That(pace.Wait(() => true), Is.False, "and no more than one a second");
    }

    [Test]
    public async Task Who_goes_ahead_takes_the_first_turn_and_the_others_move_back()
    {
        var clock = new FakeTimeProvider(DispatchTest.Start);
        var pace = new RelayRateLimiter(1, clock);
        pace.Wait();
        var (issue, reader) = (await WaitingAsync(ahead: false), await WaitingAsync(ahead: true));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await reader.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.That(pace.Wait(() => true), Is.False, "no turn is free");
        Assert.That(issue.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await issue.WaitAsync(TimeSpan.FromSeconds(20)));

        async Task<Task<bool>> WaitingAsync(bool ahead)
        {
            var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var turn = Task.Run(() => pace.Wait(() =>
            {
                waits.TrySetResult();
                return false;
            }, ahead));
            await waits.Task.WithinAMinute();
            return turn;
        }
    }

    [Test]
    public void Turns_that_went_by_are_not_made_up_for()
    {
        var clock = new FakeTimeProvider(DispatchTest.Start);
        var pace = new RelayRateLimiter(1, clock);
        pace.Wait();
        for (var turn = 0; turn < 50; turn++)
            pace.Wait(() => true);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That(pace.Wait(() => true));
        Assert.That(pace.Wait(() => true), Is.False);
    }
}
