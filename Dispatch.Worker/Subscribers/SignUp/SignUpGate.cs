using System.Net;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Every sign-up comes through here, from the form or the API. First the gate considers who is asking: during a flood, or where a robot is
/// suspected, the sign-up has to show work or patience; then the limits count. Nothing is dropped silently, because browsers fill in forms
/// too, and instantly. All of this is decided before the address is looked up, from what any stranger could know about it, so no answer
/// reveals whether it is subscribed. Nor does its timing: what is then done for a known address and for a new one differs by a few tenths
/// of a millisecond, so every answer waits for <see cref="SubscriptionSettings.AnswerAfter"/>.
/// </summary>
public sealed class SignUpGate(
    SignUpLimits limits, FormTimestamps stamps, SignUpChallenges challenges, MailDomains domains, SignUps signUps,
    IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    // Our own form and programs count once. A form without a stamp may be anybody's, and waiting costs a program nothing.
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
        var flood = await limits.IsFloodAsync(marks.From, cancel);
        var stamp = stamps.Judge(marks.Stamp);
        var suspected = marks.FilledTrap || stamp is FormTimestampResult.TooSoon;
        var shown = flood || suspected ? challenges.Judge(marks.Challenge, marks.Proof, wish.Address) : ChallengeOutcome.Solved;
        if (shown is ChallengeOutcome.None)
            return new SignUpAnswer.Asked(challenges.Make(wish.Address), Early: false, flood);
        if (shown is ChallengeOutcome.Early)
            return new SignUpAnswer.Asked(marks.Challenge!, Early: true, flood);
        var weight = shown is ChallengeOutcome.Waited ? WaitedCounts : marks.IsForm && stamp is FormTimestampResult.None
            ? UnstampedCounts : 1;
        if (await limits.TakeAsync(marks.From, weight, cancel) is { } wait)
            return new SignUpAnswer.TooMany(wait);
        if (await domains.TakesNoMailAsync(wish.Address, cancel))
            return new SignUpAnswer.TakesNoMail();
        return await signUps.RequestAsync(wish, cancel) is SignUpOutcome.UnknownNewsletter
            ? new SignUpAnswer.UnknownNewsletter()
            : new SignUpAnswer.Taken(domains.IsDisposable(wish.Address));
    }
}

/// <summary>What a sign-up reveals about whoever sent it.</summary>
/// <param name="From">The network it came from.</param>
/// <param name="IsForm">From a page, not through the API.</param>
/// <param name="FilledTrap">A field that people do not see was filled in.</param>
/// <param name="Stamp">From <see cref="FormTimestamps"/>.</param>
/// <param name="Challenge">From <see cref="SignUpChallenges"/>, when one was asked for.</param>
/// <param name="Proof">The work that answers it.</param>
public sealed record SignUpMarks(
    IPAddress? From, bool IsForm = false, bool FilledTrap = false, string? Stamp = null, string? Challenge = null, string? Proof = null);

/// <summary>The gate's answer; no part of it depends on whether the address is known.</summary>
public abstract record SignUpAnswer
{
    private SignUpAnswer()
    {
    }

    /// <param name="Disposable">The domain is known for disposable addresses: worth a warning.</param>
    public sealed record Taken(bool Disposable) : SignUpAnswer;

    public sealed record UnknownNewsletter : SignUpAnswer;

    /// <summary>The domain does not exist, or says that it accepts no mail.</summary>
    public sealed record TakesNoMail : SignUpAnswer;

    public sealed record TooMany(TimeSpan RetryAfter) : SignUpAnswer;

    /// <param name="Challenge">Answered by work or by waiting <see cref="SignUpChallenges.Patience"/>.</param>
    /// <param name="Early">Sent again without either.</param>
    /// <param name="Flood">True: there are too many sign-ups; false: this one looks like a robot's.</param>
    public sealed record Asked(string Challenge, bool Early, bool Flood) : SignUpAnswer;
}
