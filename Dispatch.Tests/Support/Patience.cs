namespace Dispatch.Tests.Support;

/// <summary>Limits waits for something that comes at once unless it never comes. The limit is in real time and generous.</summary>
internal static class Patience
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static Task WithinAMinute(this Task task) => task.WaitAsync(Minute);

    public static Task<T> WithinAMinute<T>(this Task<T> task) => task.WaitAsync(Minute);

    public static Task<T> WithinAMinute<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Minute);

    /// <summary>Looks again and again until a condition holds.</summary>
    public static void UntilItHolds(Func<bool> condition) =>
        Assert.That(SpinWait.SpinUntil(condition, Minute), "expected it to hold within a minute");

    /// <inheritdoc cref="UntilItHolds(Func{bool})"/>
    public static async Task UntilItHoldsAsync(Func<Task<bool>> condition)
    {
        using var over = new CancellationTokenSource(Minute);
        while (!await condition().WaitAsync(over.Token))
            await Task.Yield();
    }
}
