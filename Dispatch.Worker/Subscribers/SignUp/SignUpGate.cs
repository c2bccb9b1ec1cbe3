using System.Net;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Decides whether a sign-up, from the form or the API, is accepted. During a flood, or if a robot may have sent it, the sign-up first has
/// to answer a challenge. It is never dropped silently, because browsers fill in forms instantly too.
/// </summary>
/// <remarks>
/// The decision is made before the address is looked up, so no answer reveals whether the address is subscribed. Every answer is held back
/// until <see cref="SubscriptionSettings.AnswerAfter"/> has passed, so timing reveals nothing either.
/// </remarks>
public sealed class SignUpGate(
    SignUpLimits limits, FormTimestamps stamps, SignUpChallenges challenges, MailDomains domains, SignUps signUps,
    IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    // A sign-up normally counts once against its network's limit. Without a valid stamp it counts twice, because the form may not be ours,
    // and after a wait instead of work four times, because waiting costs a program nothing.
    private const int UnstampedCounts = 2;
    private const int WaitedCounts = 4;

    public async Task<SignUpAnswer> RequestAsync(SignUp wish, SignUpMarks marks, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        var answer = await JudgeAsync(wish, marks, cancel);
        await clock.SpendAsync(settings.Value.AnswerAfter, begun, cancel);
        return answer;
    }

    private async Task<SignUpAnswer> JudgeAsync(SignUp wish, SignUpMarks marks, CancellationToken cancel)
    {
        var stamp = stamps.Judge(marks.Stamp);
        var suspected = marks.FilledTrap || stamp is FormTimestampResult.TooSoon;
        var proven = new Lazy<ChallengeOutcome>(() => challenges.Judge(marks.Challenge, marks.Proof, wish.Address));
        var (flood, shown) = (false, ChallengeOutcome.Solved);
        var wait = await limits.JudgeAsync(marks.From, WeightIf, cancel);
        if (shown is ChallengeOutcome.None)
            return new SignUpAnswer.Asked(challenges.Make(wish.Address), Early: false, flood);
        if (shown is ChallengeOutcome.Early)
            return new SignUpAnswer.Asked(marks.Challenge!, Early: true, flood);
        if (wait is { } time)
            return new SignUpAnswer.TooMany(time);
        if (await domains.TakesNoMailAsync(wish.Address, cancel))
            return new SignUpAnswer.TakesNoMail();
        return await signUps.RequestAsync(wish, cancel) is SignUpOutcome.UnknownNewsletter
            ? new SignUpAnswer.UnknownNewsletter()
            : new SignUpAnswer.Taken(domains.IsDisposable(wish.Address));

        int? WeightIf(bool isFlood)
        {
            (flood, shown) = (isFlood, isFlood || suspected ? proven.Value : ChallengeOutcome.Solved);
            return shown switch
            {
                ChallengeOutcome.None or ChallengeOutcome.Early => null,
                ChallengeOutcome.Waited => WaitedCounts,
                _ => marks.IsForm && stamp is FormTimestampResult.None ? UnstampedCounts : 1,
            };
        }
    }
}

/// <summary>What a sign-up reveals about its sender.</summary>
/// <param name="From">The sender's IP address.</param>
/// <param name="IsForm">Whether the sign-up came from a page, not through the API.</param>
/// <param name="FilledTrap">Whether a field that people can't see was filled in.</param>
/// <param name="Stamp">The stamp from <see cref="FormTimestamps"/>.</param>
/// <param name="Challenge">The answered challenge from <see cref="SignUpChallenges"/>, or null if there is none.</param>
/// <param name="Proof">The number found by the work, or null if there is none.</param>
public sealed record SignUpMarks(
    IPAddress? From, bool IsForm = false, bool FilledTrap = false, string? Stamp = null, string? Challenge = null, string? Proof = null);

/// <summary>The gate's answer. No part of it depends on whether the address is known.</summary>
public abstract record SignUpAnswer
{
    private SignUpAnswer()
    {
    }

    /// <param name="Disposable">Whether the domain is listed as disposable, so the page should warn the reader.</param>
    public sealed record Taken(bool Disposable) : SignUpAnswer;

    public sealed record UnknownNewsletter : SignUpAnswer;

    /// <summary>The domain does not exist, or its DNS says that it accepts no mail.</summary>
    public sealed record TakesNoMail : SignUpAnswer;

    public sealed record TooMany(TimeSpan RetryAfter) : SignUpAnswer;

    /// <param name="Challenge">The challenge to answer, by work or by waiting for <see cref="SignUpChallenges.Patience"/>.</param>
    /// <param name="Early">Whether the sign-up came back without the work before the wait was over.</param>
    /// <param name="Flood">True if there are too many sign-ups. False if this sign-up may be a robot's.</param>
    public sealed record Asked(string Challenge, bool Early, bool Flood) : SignUpAnswer;
}
