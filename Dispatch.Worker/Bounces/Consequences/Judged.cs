using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>A verdict that is about to be recorded.</summary>
/// <param name="Key">See <see cref="Bounce.Key"/>.</param>
/// <param name="Source">Where the report comes from.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Part">The part of the message that was read.</param>
/// <param name="Owner">Whose message it was, or null if nothing proves it.</param>
/// <param name="Addresses">The addresses that the report names. They are compared, not stored.</param>
public sealed record Judged(
    byte[] Key, BounceSource Source, Verdict Verdict, string Part, Owner? Owner, IReadOnlyList<string> Addresses);
