namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// How long a regular expression may take. Texts are cut to bounded lengths first, so this only catches patterns that backtrack badly. It
/// is long enough for a busy machine.
/// </summary>
internal static class MatchTimeout
{
    public const int Milliseconds = 10_000;

    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(Milliseconds);
}
