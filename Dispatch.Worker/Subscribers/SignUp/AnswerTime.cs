namespace Dispatch.Worker.Subscribers.SignUp;

internal static class AnswerTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Waits until at least this much time has passed since work on an answer began, so the answer's timing doesn't reveal how much work it
    /// took.
    /// </summary>
    public static async Task SpendAsync(this TimeProvider clock, TimeSpan atLeast, long begun, CancellationToken cancel)
    {
        // A timer may fire early, by a fraction of its tick.
        while (atLeast - clock.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
            await Task.Delay(left < Tick ? Tick : left, clock, cancel);
    }
}
