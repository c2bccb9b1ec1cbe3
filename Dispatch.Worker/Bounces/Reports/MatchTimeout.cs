namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// How long one regular expression may take. Texts are cut to bounded lengths before, so this is for patterns that go wrong, and long
/// enough for a machine that is busy.
/// </summary>
internal static class MatchTimeout
{
    public const int Milliseconds = 10_000;

    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(Milliseconds);
}
